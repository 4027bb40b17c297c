#!/bin/sh
# Makes the certificates of this folder anew; needs OpenSSL 3.0. The key of the CA stays in a
# temporary folder that is deleted.
set -eu
cd "$(dirname "$0")"
keys=../../../tests/keys
ca=$(mktemp -d)
trap 'rm -rf "$ca"' EXIT

cat > "$ca/cnf" <<CNF
[ca]
default_ca = here
[here]
database = $ca/index
serial = $ca/serial
new_certs_dir = $ca
policy = any
[any]
organizationName = optional
commonName = optional
[of_ca]
basicConstraints = critical, CA:TRUE
[of_server]
basicConstraints = critical, CA:FALSE
keyUsage = critical, digitalSignature
CNF
echo 1000 > "$ca/serial"

# signed <file> <key> <subject> <extensions> <first> <last> <option for the signer>...
signed() {
    file=$1 key=$2 subject=$3 extensions=$4 first=$5 last=$6
    shift 6
    : > "$ca/index"
    openssl req -new -key "$key" -subj "$subject" -out "$ca/csr"
    openssl ca -batch -notext -config "$ca/cnf" -extensions "$extensions" -in "$ca/csr" \
        -keyfile "$ca/key" -startdate "$first" -enddate "$last" -md sha256 "$@" -out "$file" \
        2>/dev/null
}

openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out "$ca/key"
signed "$ca/certificate" "$ca/key" '/O=Example/CN=Example CA' of_ca \
    20270101000000Z 20370101000000Z -selfsign

server=/O=Example/CN=management.example
set -- -cert "$ca/certificate"
signed ca-signed.pem "$keys/p256.pem" "$server" of_server 20270101000000Z 20271231235959Z "$@"
signed ca-signed-renewed.pem "$keys/p384.pem" "$server" of_server 20271201000000Z 20291231235959Z "$@"
