#!/usr/bin/env bash
# Runs the security proxy example and compares what it prints, step by step, with the texts below:
# the documented messages, the traces, the reports and the remedies. They are written out here, since
# the library compared with itself would always be right.
#
# usage: tests/security_proxy_smoke.sh
# Needs bash. Leaves no process and no file behind: the example ends by itself.
set -u
cd "$(dirname "$0")/.." || exit 1

readonly STEPS=20

. tests/support/story.sh

# Numbers fingerprints in the order in which they appear: those of generated certificates are new
# each time.
number_fingerprints() {
    local number=0 fingerprint
    cp "$work/out" "$work/numbered"
    for fingerprint in $(grep -oE '([0-9A-F]{2}:){31}[0-9A-F]{2}' "$work/out" | awk '!seen[$0]++'); do
        number=$((number + 1))
        sed "s/$fingerprint/<sha256 $number>/g" "$work/numbered" >"$work/next"
        mv "$work/next" "$work/numbered"
    done
}

# Compares what the client is told in a step: its number, the documented message.
told() {
    compare "message of step $1" "      client: $2" "$(grep '^      client: ' "$work/found/$1" | head -n 1)"
}

mkdir "$work/expected" "$work/found"
split "$work/expected" <<'EXPECTED'
 1. The management server generates a self-signed certificate (2027-05-31T23:00:00Z)
      management server: CN=management.example, valid until 2027-06-01T00:00:00Z
 2. The proxy imports it over the network, its fingerprint confirmed (2027-05-31T23:00:00Z)
      proxy: trusts "management server", <sha256 1>
 3. The client asks for a token and connects through the proxy (2027-05-31T23:00:00Z)
      client: works
 4. The token works for 20 minutes (2027-05-31T23:19:59.999Z)
      client: works
 5. Its own lifetime is over (2027-05-31T23:20:00Z)
      client: 407 Expired or invalid authorization token
      trace: Authorization token in HEADER proxy-authorization-token HAS NOT BEEN FOUND (causes: is invalid, expired, or revoked); rejecting call [proxy.token_expired: expired 0 s ago]
      causes of the message: the client used a token past its lifetime; the clocks of the management server and of the proxy differ; the certificate of the management server has expired
      remedy: 1. obtain a new token
 6. The certificate is still valid, but the report warns of it (2027-05-31T23:20:00Z)
      FRIENDLY NAME      STATE              NOT AFTER             SELF-SIGNED  SUBJECT                SHA-256
      management server  expires in 2400 s  2027-06-01T00:00:00Z  yes          CN=management.example  <sha256 1>
        to do: 1. check the status of the certificate; 2. delete the self-signed certificate; 3. generate a new self-signed certificate; 4. import the new certificate into the security proxy; 5. for an import over the network give the management server's address, its HTTP port (not the proxy's), the servlet context and the friendly name, or accept the defaults
 7. A token of 10 minutes works until the certificate's last millisecond (2027-06-01T00:00:00.999Z)
      client: works
 8. The certificate has expired, and the management server refuses to sign (2027-06-01T00:00:01Z)
      client: A proxy server authorization token was requested from the Reflection server but invalid data was received.
      client: causes: the certificate of the management server has expired; another server, or an error page, answered in place of the management server
      client: remedy: 1. check the status of the certificate; 2. find out whether the certificate is self-signed; 3. replace it: delete it and generate a new one if it is self-signed, else obtain a new one from the CA and import it; 4. import the new certificate into the security proxy; 5. for an import over the network give the management server's address, its HTTP port (not the proxy's), the servlet context and the friendly name, or accept the defaults
      management server: no token: the certificate has expired: valid until 2027-06-01T00:00:00Z, now 2027-06-01T00:00:01Z
      management server: remedy: 1. check the status of the certificate; 2. delete the self-signed certificate; 3. generate a new self-signed certificate; 4. import the new certificate into the security proxy; 5. for an import over the network give the management server's address, its HTTP port (not the proxy's), the servlet context and the friendly name, or accept the defaults
 9. The client goes on without a token (2027-06-01T00:00:01Z)
      client: 407 Missing authorization token
      trace: Authorization token in HEADER proxy-authorization-token HAS NOT BEEN FOUND (causes: is invalid, expired, or revoked); rejecting call [credential.missing: not presented]
      causes of the message: the certificate of the management server has expired; the client sent no token
      remedy: 1. check the status of the certificate; 2. find out whether the certificate is self-signed; 3. replace it: delete it and generate a new one if it is self-signed, else obtain a new one from the CA and import it; 4. import the new certificate into the security proxy; 5. for an import over the network give the management server's address, its HTTP port (not the proxy's), the servlet context and the friendly name, or accept the defaults; 6. send the credential in the configured element
10. The client presents the token from before the expiry (2027-06-01T00:00:01Z)
      client: 407 Invalid or missing authorization token
      trace: Authorization token in HEADER proxy-authorization-token HAS NOT BEEN FOUND (causes: is invalid, expired, or revoked); rejecting call [proxy.signer_expired: signed by certificate "management server" (CN=management.example, 2026-06-01T00:00:00Z to 2027-06-01T00:00:00Z), which expired 1 s ago]
      causes of the message: the certificate of the management server has expired; the certificate of the management server is not valid yet; the certificate of the management server was replaced, and the new one not imported into the proxy; the token was altered or forged; the token is for another destination
      remedy: 1. check the status of the certificate; 2. delete the self-signed certificate; 3. generate a new self-signed certificate; 4. import the new certificate into the security proxy; 5. for an import over the network give the management server's address, its HTTP port (not the proxy's), the servlet context and the friendly name, or accept the defaults
11. The report shows the certificate and the remedy (2027-06-01T00:00:01Z)
      FRIENDLY NAME      STATE            NOT AFTER             SELF-SIGNED  SUBJECT                SHA-256
      management server  expired 1 s ago  2027-06-01T00:00:00Z  yes          CN=management.example  <sha256 1>
        to do: 1. check the status of the certificate; 2. delete the self-signed certificate; 3. generate a new self-signed certificate; 4. import the new certificate into the security proxy; 5. for an import over the network give the management server's address, its HTTP port (not the proxy's), the servlet context and the friendly name, or accept the defaults
12. The management server deletes it, and generates a new one (2027-06-01T00:00:01Z)
      management server: valid until 2028-06-01T00:00:00Z
13. The proxy does not know the new one yet (2027-06-01T00:00:01Z)
      client: 407 Invalid or missing authorization token
      trace: Authorization token in HEADER proxy-authorization-token HAS NOT BEEN FOUND (causes: is invalid, expired, or revoked); rejecting call [proxy.signer_unknown: signed by a certificate that was never imported]
      causes of the message: the certificate of the management server has expired; the certificate of the management server is not valid yet; the certificate of the management server was replaced, and the new one not imported into the proxy; the token was altered or forged; the token is for another destination
      remedy: 1. check the status of the certificate; 2. import the new certificate into the security proxy
14. The proxy imports it over the network, in place of the old one (2027-06-01T00:00:01Z)
      proxy: trusts "management server", <sha256 2>
      client: works
15. What the old one signed stays refused (2027-06-01T00:00:01Z)
      client: 407 Invalid or missing authorization token
      trace: Authorization token in HEADER proxy-authorization-token HAS NOT BEEN FOUND (causes: is invalid, expired, or revoked); rejecting call [proxy.signer_former: signed by the former certificate "management server", which was replaced]
      causes of the message: the certificate of the management server has expired; the certificate of the management server is not valid yet; the certificate of the management server was replaced, and the new one not imported into the proxy; the token was altered or forged; the token is for another destination
      remedy: 1. obtain a new token; 2. if a new token is refused too, import the certificate that the management server signs with into the security proxy, or promote the one that the proxy trusts
16. A CA-signed certificate is imported into both in place of it (2027-06-01T00:00:01Z)
      management server: signed by CN=Example CA,O=Example, valid until 2027-12-31T23:59:59Z
      proxy: trusts "management server", <sha256 3>
      client: works
17. It expires too: there are no new tokens, and an earlier one is refused (2028-01-01T00:00:00Z)
      client: A proxy server authorization token was requested from the Reflection server but invalid data was received.
      client: causes: the certificate of the management server has expired; another server, or an error page, answered in place of the management server
      client: remedy: 1. check the status of the certificate; 2. find out whether the certificate is self-signed; 3. replace it: delete it and generate a new one if it is self-signed, else obtain a new one from the CA and import it; 4. import the new certificate into the security proxy; 5. for an import over the network give the management server's address, its HTTP port (not the proxy's), the servlet context and the friendly name, or accept the defaults
      management server: no token: the certificate has expired: valid until 2027-12-31T23:59:59Z, now 2028-01-01T00:00:00Z
      management server: remedy: 1. check the status of the certificate; 2. obtain a new certificate from the CA; 3. import the new certificate into the management server; 4. import the new certificate into the security proxy; 5. for an import over the network give the management server's address, its HTTP port (not the proxy's), the servlet context and the friendly name, or accept the defaults
      client: 407 Invalid or missing authorization token
      trace: Authorization token in HEADER proxy-authorization-token HAS NOT BEEN FOUND (causes: is invalid, expired, or revoked); rejecting call [proxy.signer_expired: signed by certificate "management server" (CN=management.example,O=Example, 2027-01-01T00:00:00Z to 2027-12-31T23:59:59Z), which expired 1 s ago]
      causes of the message: the certificate of the management server has expired; the certificate of the management server is not valid yet; the certificate of the management server was replaced, and the new one not imported into the proxy; the token was altered or forged; the token is for another destination
      remedy: 1. check the status of the certificate; 2. obtain a new certificate from the CA; 3. import the new certificate into the management server; 4. import the new certificate into the security proxy; 5. for an import over the network give the management server's address, its HTTP port (not the proxy's), the servlet context and the friendly name, or accept the defaults
18. The report shows that it was signed by a CA, and what to do then (2028-01-01T00:00:00Z)
      FRIENDLY NAME      STATE            NOT AFTER             SELF-SIGNED  SUBJECT                          SHA-256
      management server  expired 1 s ago  2027-12-31T23:59:59Z  no           CN=management.example,O=Example  <sha256 3>
        to do: 1. check the status of the certificate; 2. obtain a new certificate from the CA; 3. import the new certificate into the management server; 4. import the new certificate into the security proxy; 5. for an import over the network give the management server's address, its HTTP port (not the proxy's), the servlet context and the friendly name, or accept the defaults
19. The CA has signed a new one, and it is imported into both (2028-01-01T00:00:00Z)
      management server: signed by CN=Example CA,O=Example, valid until 2029-12-31T23:59:59Z
      proxy: trusts "management server", <sha256 4>
      client: works
20. The report asks for nothing (2028-01-01T00:00:00Z)
      FRIENDLY NAME      STATE               NOT AFTER             SELF-SIGNED  SUBJECT                          SHA-256
      management server  valid for 730 days  2029-12-31T23:59:59Z  no           CN=management.example,O=Example  <sha256 4>
done
EXPECTED

cargo build --quiet --example security_proxy --all-features || exit 1
cargo run --quiet --example security_proxy --all-features >"$work/out" 2>"$work/errors" </dev/null
compare 'exit code' 0 $?
compare 'errors' '' "$(text_of errors)"
number_fingerprints
split "$work/found" <"$work/numbered"

told 5 '407 Expired or invalid authorization token'
told 8 'A proxy server authorization token was requested from the Reflection server but invalid data was received.'
told 9 '407 Missing authorization token'
told 10 '407 Invalid or missing authorization token'

for step in $(seq "$STEPS") end; do
    compare "step $step" "$(text_of "expected/$step")" "$(text_of "found/$step")"
done
compare 'number of steps' "$(ls "$work/expected")" "$(ls "$work/found")"
compare 'lines with a token' 0 "$(grep -c 'eyJ' "$work/out")"

printf '%s passed, %s failed\n' "$passed" "$failed"
[ "$failed" -eq 0 ]
