//! Verifies tokens, or recalls that they were verified, and judges what they say.

use std::sync::Arc;

use crate::interceptor::Call;
use crate::jose::{EncodedJws, Header, KeyProvider, RotatingKeys, VerifyingKey};
use crate::rejection::Reason;
use crate::validate::jwt::claims;
use crate::validate::jwt::issuer::Issuer;
use crate::validate::jwt::judged_token::{JudgedToken, MemorySlot};
use crate::validate::jwt::rules::Rules;
use crate::validate::jwt::token_memory::{Memory, TokenDigest, TokenMemory, VerifiedToken};
use crate::validate::jwt::verified_tokens::VerifiedTokens;
use crate::validate::token_rules::missing;
use crate::validate::unavailable;

/// Issuers, rules, and the tokens that were verified by them.
#[derive(Clone, Debug)]
pub(super) struct TokenVerifier<K = RotatingKeys> {
    issuers: Vec<Issuer<K>>,
    pub(super) rules: Rules,
    pub(super) memory: Arc<TokenMemory>,
}

impl<K: KeyProvider> TokenVerifier<K> {
    pub(super) fn new(issuer: Issuer<K>) -> Self {
        let memory = Arc::new(TokenMemory::new(VerifiedTokens::default()));
        Self { issuers: vec![issuer], rules: Rules::default(), memory }
    }

    /// Adds an issuer, unless there is one of the same name.
    pub(super) fn add(&mut self, issuer: Issuer<K>) -> Result<(), Issuer<K>> {
        if self.named(issuer.name()).is_some() {
            return Err(issuer);
        }
        self.issuers.push(issuer);
        Ok(())
    }

    /// Judges all but possession, revocation and client. Whoever judges those settles the token
    /// afterwards.
    ///
    /// What cannot be a token is refused before its digest is made. Most headers are known; those
    /// are not read, and not even taken, for a token that was seen before.
    pub(super) async fn judge(
        &self,
        token: &[u8],
        call: &Call<'_>,
    ) -> Result<JudgedToken<'_>, Reason> {
        let encoded = EncodedJws::split(token)?;
        let is_known = self.knows_header(encoded.header());
        let unknown = if is_known { None } else { Some(Arc::new(encoded.read_header()?)) };
        let memory = if call.rehearsal { None } else { self.memory.get() };
        let Some(memory) = memory else {
            let verified = self.verify(encoded, unknown, call).await?;
            return Ok(JudgedToken::new(verified, MemorySlot::Nowhere));
        };
        let digest = memory.digest(token);
        let recalled = self.recall(memory, &digest, call).await;
        memory.count(recalled.is_some());
        if let Some(judged) = recalled {
            return judged.map(|token| JudgedToken::new(token, MemorySlot::Taken(memory, digest)));
        }
        let verified = self.verify(encoded, unknown, call).await?;
        Ok(JudgedToken::new(verified, MemorySlot::Free(memory, digest)))
    }

    /// Judges a token that was verified before, under keys that are still the issuer's.
    async fn recall(
        &self,
        memory: &Memory,
        digest: &TokenDigest,
        call: &Call<'_>,
    ) -> Option<Result<VerifiedToken, Reason>> {
        let verified = memory.recall(digest)?;
        let issuer = self.named(verified.claims.issuer()?)?;
        let keys = match issuer.keys.keys_for(None, call.now).await {
            Ok(keys) => keys,
            Err(error) => return Some(Err(unavailable::store(error))),
        };
        if keys.id() != verified.key_set || !issuer.allows(verified.header.algorithm()) {
            memory.forget(digest);
            return None;
        }
        let key = keys.keys().get(verified.key_index)?;
        let judged = self.judge_verified(&verified, issuer, key, call);
        if judged.is_err() {
            memory.forget(digest);
        }
        Some(judged.map(|()| verified))
    }

    /// Verifies and judges a token, whose header has been read already or is known.
    async fn verify(
        &self,
        encoded: EncodedJws<'_>,
        header: Option<Arc<Header>>,
        call: &Call<'_>,
    ) -> Result<VerifiedToken, Reason> {
        let header = match header.or_else(|| self.known_header(encoded.header())) {
            Some(header) => header,
            None => Arc::new(encoded.read_header()?),
        };
        let (jws, payload) = encoded.decode(header)?.into_unverified();
        let size = payload.len();
        let claims = claims::read(payload)?;
        call.note("form", || format!("a JWS with {size} bytes of claims"));
        let name = claims.issuer().ok_or_else(|| missing("iss"))?;
        let issuer = self.named(name).ok_or(Reason::JwtIssuer)?;
        call.note("issuer", || issuer.name().to_owned());
        if !issuer.allows(jws.header().algorithm()) {
            return Err(Reason::JwtAlgorithmNotAllowed);
        }
        call.note("algorithm", || jws.header().algorithm().to_string());
        let keys = issuer.keys.keys_for(jws.header().key_id(), call.now).await;
        let keys = keys.map_err(unavailable::store)?;
        let (key_index, key) = jws.verify(&keys, &issuer.algorithms)?;
        call.note("signature", || match key.id() {
            Some(id) => format!("of the key {id}"),
            None => "of a key without an id".to_owned(),
        });
        if !call.rehearsal {
            keys.remember_header(encoded.header(), jws.header());
        }
        let (claims, header) = (Arc::new(claims), Arc::clone(jws.header()));
        let verified = VerifiedToken { claims, header, key_set: keys.id(), key_index };
        self.judge_verified(&verified, issuer, key, call)?;
        Ok(verified)
    }

    /// Judges all that may change for a token whose signature has been verified.
    fn judge_verified(
        &self,
        token: &VerifiedToken,
        issuer: &Issuer<K>,
        key: &VerifyingKey,
        call: &Call<'_>,
    ) -> Result<(), Reason> {
        issuer.judge_certificate(key, call.now)?;
        call.note("certificate", || "no certificate of the key is over".to_owned());
        self.rules.judge_type(&token.header, call)?;
        self.rules.judge_dates(&token.claims, call)?;
        issuer.judge_audience(&token.claims)?;
        call.note("audience", || issuer.audiences());
        self.rules.judge_claims(&token.claims, call)
    }

    fn knows_header(&self, encoded: &[u8]) -> bool {
        self.issuers.iter().any(|issuer| issuer.keys.keys().knows_header(encoded))
    }

    fn known_header(&self, encoded: &[u8]) -> Option<Arc<Header>> {
        self.issuers.iter().find_map(|issuer| issuer.keys.keys().known_header(encoded))
    }

    fn named(&self, name: &str) -> Option<&Issuer<K>> {
        self.issuers.iter().find(|issuer| issuer.name() == name)
    }
}
