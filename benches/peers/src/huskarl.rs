//! `huskarl-resource-server`, which like tollgate reads the headers of a request.

use std::sync::Arc;

use http::{HeaderMap, HeaderValue, Method, Uri};
use huskarl_crypto_native::symmetric::SymmetricKey;
use huskarl_resource_server::core::crypto::verifier::{JwsVerifier, JwsVerifierPlatform};
use huskarl_resource_server::core::jwk::{Jwk, PublicJwk};
use huskarl_resource_server::core::platform::MaybeSendBoxFuture;
use huskarl_resource_server::core::time::{ManualTime, timestamp_from_unix_parts};
use huskarl_resource_server::core::{EndpointUrl, Error};
use huskarl_resource_server::validator::custom::CustomValidator;
use tollgate::jose::Algorithm;

use crate::harness::at_once;
use crate::keys::Key;
use crate::libraries::OwnClaims;
use crate::peer::Peer;
use crate::tokens::{AUDIENCE, ISSUER, NOW_SECONDS, SKEW};

/// Its validator for tokens that do not follow RFC 9068, with one key and without a key source to ask.
pub struct Huskarl {
    validator: CustomValidator<OwnClaims>,
    uri: Uri,
}

impl Huskarl {
    pub fn new(key: &Key) -> Self {
        let (jwk, algorithm) = (key.jwk.clone(), key.algorithm);
        let verifier = move |_: Option<&EndpointUrl>, platform: Arc<dyn JwsVerifierPlatform>| {
            let jwk = jwk.clone();
            let verifier = async move {
                if algorithm == Algorithm::Hs256 {
                    secret(jwk)
                } else {
                    public(jwk, &*platform).await
                }
            };
            Box::pin(verifier) as MaybeSendBoxFuture<'static, Result<Arc<dyn JwsVerifier>, Error>>
        };
        let seconds = i64::try_from(NOW_SECONDS).expect("in range");
        let now = timestamp_from_unix_parts(seconds, 0).expect("in range");
        let building = CustomValidator::builder()
            .with_claims::<OwnClaims>()
            .jws_verifier_factory(verifier)
            .allowed_signing_algorithms(vec![algorithm.name().to_owned()])
            .iss(ISSUER)
            .aud(AUDIENCE)
            .clock(ManualTime::new(now))
            .clock_leeway(std::time::Duration::from_secs(SKEW))
            .build();
        let validator = at_once(building).expect("a validator");
        Self { validator, uri: Uri::from_static("https://api.example/orders") }
    }
}

fn secret(jwk: serde_json::Value) -> Result<Arc<dyn JwsVerifier>, Error> {
    let jwk: Jwk = serde_json::from_value(jwk).expect("a JWK");
    let jwk = jwk.private_jwk().expect("a secret");
    Ok(Arc::new(SymmetricKey::from_jwk(jwk.try_into()?)?))
}

async fn public(
    jwk: serde_json::Value,
    platform: &dyn JwsVerifierPlatform,
) -> Result<Arc<dyn JwsVerifier>, Error> {
    let jwk: PublicJwk = serde_json::from_value(jwk).expect("a JWK");
    Ok(platform.create_verifier_from_jwk(jwk).await.expect("a key that it supports"))
}

impl Peer for Huskarl {
    type Input = HeaderMap;

    fn prepare(&self, token: &str) -> HeaderMap {
        let bearer = HeaderValue::from_str(&format!("Bearer {token}")).expect("a header");
        HeaderMap::from_iter([(http::header::AUTHORIZATION, bearer)])
    }

    fn admits(&self, headers: &HeaderMap) -> bool {
        let judging = self.validator.validate_request(headers, &Method::GET, &self.uri, None);
        matches!(at_once(judging).outcome, Ok(Some(_)))
    }
}
