#!/bin/sh
# Makes the keys and certificates of this folder anew; needs OpenSSL 3.0.
set -eu
cd "$(dirname "$0")"
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

key() { openssl genpkey -out "$1" -algorithm "$2" ${3:+-pkeyopt "$3"} 2>/dev/null; }
for number in 1 2; do
    key rsa-$number.pem RSA rsa_keygen_bits:2048
    key p256-$number.pem EC ec_paramgen_curve:P-256
    key p384-$number.pem EC ec_paramgen_curve:P-384
    key p521-$number.pem EC ec_paramgen_curve:P-521
    key ed25519-$number.pem ED25519
done
key p256-expired.pem EC ec_paramgen_curve:P-256
key p256-future.pem EC ec_paramgen_curve:P-256
key "$scratch/weak.pem" RSA rsa_keygen_bits:1024

# ML-DSA in PKCS #8 by its seed of 32 bytes (RFC 9881 section 6), whose lengths are fixed.
ml_dsa() {
    {
        printf -- '-----BEGIN PRIVATE KEY-----\n'
        {
            printf '\060\064\002\001\000\060\013\006\011\140\206\110\001\145\003\004\003'
            printf "$2"
            printf '\004\042\200\040'
            openssl rand 32
        } | openssl base64
        printf -- '-----END PRIVATE KEY-----\n'
    } > "$1"
}
for number in 1 2; do
    ml_dsa ml-dsa-44-$number.pem '\021'
    ml_dsa ml-dsa-65-$number.pem '\022'
    ml_dsa ml-dsa-87-$number.pem '\023'
done

for number in 1 2; do openssl rand -hex 64 | tr -d '\n' > hmac-$number.txt; done

# certificate <name> <key> <first> <last>
certificate() {
    : > "$scratch/index"
    echo 1000 > "$scratch/serial"
    printf '[ca]\ndefault_ca=here\n[here]\ndatabase=%s/index\nserial=%s/serial\nnew_certs_dir=%s\npolicy=any\n[any]\ncommonName=optional\norganizationName=optional\n[v3]\nbasicConstraints=critical,CA:FALSE\n' \
        "$scratch" "$scratch" "$scratch" > "$scratch/ca.cnf"
    openssl req -new -key "$2" -subj "/O=Tollgate tests/CN=$1.test" -out "$scratch/csr"
    openssl ca -batch -notext -config "$scratch/ca.cnf" -extensions v3 -in "$scratch/csr" \
        -keyfile "$2" -selfsign -startdate "$3" -enddate "$4" -md sha256 \
        -out "certificate-$1.pem" 2>/dev/null
}
certificate signer p256-1.pem 20260101000000Z 20991231235959Z
certificate former p256-2.pem 20260101000000Z 20991231235959Z
certificate expired p256-expired.pem 20200101000000Z 20210101000000Z
certificate future p256-future.pem 20990101000000Z 20991231235959Z
certificate peer ed25519-1.pem 20260101000000Z 20991231235959Z
certificate weak "$scratch/weak.pem" 20260101000000Z 20991231235959Z
