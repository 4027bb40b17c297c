#!/bin/sh
# Makes the certificates of this folder anew; needs OpenSSL 3.0. Private keys stay in a temporary
# folder that is deleted.
set -eu
cd "$(dirname "$0")"
keys=$(mktemp -d)
trap 'rm -rf "$keys"' EXIT

key() { openssl genpkey -out "$keys/$1" -algorithm "$2" ${3:+-pkeyopt "$3"} 2>/dev/null; }
key p256 EC ec_paramgen_curve:P-256
key other-p256 EC ec_paramgen_curve:P-256
key p384 EC ec_paramgen_curve:P-384
key p521 EC ec_paramgen_curve:P-521
key rsa RSA rsa_keygen_bits:2048
key rsa-1024 RSA rsa_keygen_bits:1024
key ed25519 ED25519

subject=/O=Example/CN=management.example

cat > "$keys/ca.cnf" <<CNF
[ca]
default_ca = here
[here]
database = $keys/index
serial = $keys/serial
new_certs_dir = $keys
policy = any
unique_subject = no
[any]
organizationName = optional
commonName = optional
[v3]
basicConstraints = critical, CA:FALSE
CNF

# signed <file> <key> <signing key> <issuer certificate or ""> <first> <last> [openssl ca options]
signed() {
    file=$1 own=$2 signer=$3 issuer=$4 begin=$5 end=$6
    shift 6
    : > "$keys/index"
    [ -s "$keys/serial" ] || echo 1000 > "$keys/serial"
    openssl req -new -utf8 -key "$keys/$own" -subj "$subject" -out "$keys/csr" 2>/dev/null
    if [ -z "$issuer" ]; then set -- -selfsign "$@"; else set -- -cert "$issuer" "$@"; fi
    openssl ca -batch -notext -config "$keys/ca.cnf" -extensions v3 -in "$keys/csr" \
        -keyfile "$keys/$signer" -startdate "$begin" -enddate "$end" -md sha256 "$@" \
        -out "$file" 2>/dev/null
}

first=20260101000000Z
last=20360101000000Z
for kind in p256 p384 ed25519 rsa; do
    signed "self-signed-$kind.pem" $kind $kind "" $first $last
done
signed self-signed-rsa-pss.pem rsa rsa "" $first $last -sigopt rsa_padding_mode:pss -sigopt rsa_pss_saltlen:32
signed self-signed-p256-sha384.pem p256 p256 "" $first $last -md sha384
signed self-signed-p521.pem p521 p521 "" $first $last
signed self-signed-sha1.pem rsa rsa "" $first $last -md sha1
signed self-signed-rsa-1024.pem rsa-1024 rsa-1024 "" $first $last

# An issuer of the same name as the subject, but with another key.
signed "$keys/other.pem" other-p256 other-p256 "" $first $last
signed same-name-other-key.pem p256 other-p256 "$keys/other.pem" $first $last
signed same-name-other-kind.pem p256 rsa self-signed-rsa.pem $first $last

signed expired.pem p256 p256 "" 20200101000000Z 20210101000000Z
signed not-yet-valid.pem p256 p256 "" 20491231235959Z 20500101000000Z
signed last-year.pem p256 p256 "" $first 99991231235959Z

# Signed by a CA of another name.
subject=/O=Example/CN="Example CA"
signed "$keys/ca.pem" rsa rsa "" $first $last
subject=/O=Example/CN=management.example
signed ca-signed.pem p256 rsa "$keys/ca.pem" $first $last

# Signed with its own key, but under the name of another issuer.
subject=/O=Example/CN="Example CA"
signed "$keys/own.pem" p256 p256 "" $first $last
subject=/O=Example/CN=management.example
signed other-name-own-key.pem p256 p256 "$keys/own.pem" $first $last

openssl req -new -key "$keys/rsa" -subj "$subject" -out "$keys/csr" 2>/dev/null
openssl x509 -req -in "$keys/csr" -signkey "$keys/rsa" -set_serial 1 -days 3650 -out v1.pem 2>/dev/null
openssl req -new -x509 -key "$keys/p256" -subj "$subject" -set_serial -1 -days 3650 -out negative-serial.pem
subject="/O=Example/CN=$(printf 'a\nTRUSTED, "b\342\200\256')"
signed hostile-names.pem p256 p256 "" $first $last

{
    echo "The first:"
    cat self-signed-p256.pem
    echo "The second:"
    cat self-signed-ed25519.pem
} > bundle.pem
