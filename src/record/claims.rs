//! What a JWT says.

mod claims_error;
mod registered;
mod written_object;

use std::borrow::Cow;
use std::fmt;

use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use crate::json::{self, JsonError, Text};
use crate::record::claims::registered::{Registered, RegisteredClaim};
use crate::record::claims::written_object::WrittenObject;
use crate::record::numeric_date::numeric_date;
use crate::record::scopes::Scopes;
use crate::time::UnixTime;

pub(crate) use claims_error::ClaimsError;

/// The claims of a JWT: a JSON object without duplicate members.
///
/// The text of a token is kept as it was read. A claim becomes a [`Value`] when it is asked for,
/// and stays one; claims that nobody asks for are never built.
#[derive(Clone)]
pub struct Claims {
    object: WrittenObject,
    registered: Registered,
}

impl Claims {
    /// The claims of a JSON object. A registered claim of another type than its specification says
    /// is kept for [`get`](Self::get), and reads as absent.
    pub fn new(object: Map<String, Value>) -> Self {
        let object = WrittenObject::of(object);
        let mut registered = Registered::default();
        for (index, name) in object.names().enumerate() {
            if let Some(claim) = RegisteredClaim::of_name(&name.decoded()) {
                registered.note(claim, index, object.written(index).unwrap_or_default());
            }
        }
        Self { object, registered }
    }

    /// Reads a payload: a JSON object as [`json_object`](crate::jose::json_object) has it, in which
    /// registered claims have their types even where nothing requires them.
    ///
    /// # Errors
    /// Of several claims with a wrong type, the first in the order of `RegisteredClaim`.
    pub(crate) fn read(payload: Vec<u8>) -> Result<Self, ClaimsError> {
        let text =
            String::from_utf8(payload).map_err(|_| ClaimsError::Json(JsonError::Malformed))?;
        let (mut registered, mut wrong) = (Registered::default(), None);
        let object = WrittenObject::read(text, |index, name, value| {
            if let Some(claim) = RegisteredClaim::of_name(&name.decoded())
                && !registered.note(claim, index, value)
            {
                wrong = Some(wrong.map_or(claim, |first| claim.min(first)));
            }
        })
        .map_err(ClaimsError::Json)?;
        match wrong {
            Some(claim) => Err(ClaimsError::Type { name: claim.name() }),
            None => Ok(Self { object, registered }),
        }
    }

    /// One claim by its name.
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.object.value(self.index(name)?)
    }

    /// One claim, if it is a string.
    pub fn text(&self, name: &str) -> Option<&str> {
        self.object.string(self.index(name)?)
    }

    /// One claim, if it is a NumericDate: a number of seconds from 0 to 253402300799, its fraction
    /// cut to the millisecond.
    pub fn date(&self, name: &str) -> Option<UnixTime> {
        numeric_date(self.object.written(self.index(name)?)?)
    }

    /// The registered claims whose values have another type than their specifications say, in the
    /// order of the object. A JWT with one of them is refused.
    ///
    /// ```
    /// use tollgate::jose::json_object;
    /// use tollgate::record::Claims;
    ///
    /// let claims = Claims::new(json_object(br#"{"sub": "a", "exp": "soon"}"#).unwrap());
    /// assert_eq!(claims.mistyped(), ["exp"]);
    /// ```
    pub fn mistyped(&self) -> Vec<&'static str> {
        let claim = |(index, name): (usize, Text<'_>)| {
            let claim = RegisteredClaim::of_name(&name.decoded())?;
            (!claim.admits(self.object.written(index)?)).then(|| claim.name())
        };
        self.object.names().enumerate().filter_map(claim).collect()
    }

    /// `iss` (RFC 7519 section 4.1.1).
    pub fn issuer(&self) -> Option<&str> {
        self.string(RegisteredClaim::Iss)
    }

    /// `sub` (RFC 7519 section 4.1.2).
    pub fn subject(&self) -> Option<&str> {
        self.string(RegisteredClaim::Sub)
    }

    /// `aud` (RFC 7519 section 4.1.3): one audience, or several.
    pub fn audiences(&self) -> impl Iterator<Item = Cow<'_, str>> {
        self.strings(RegisteredClaim::Aud)
    }

    /// `exp` (RFC 7519 section 4.1.4), which is exclusive.
    pub fn expires(&self) -> Option<UnixTime> {
        self.registered.expires
    }

    /// `nbf` (RFC 7519 section 4.1.5), which is inclusive.
    pub fn not_before(&self) -> Option<UnixTime> {
        self.registered.not_before
    }

    /// `iat` (RFC 7519 section 4.1.6).
    pub fn issued(&self) -> Option<UnixTime> {
        self.registered.issued
    }

    /// `jti` (RFC 7519 section 4.1.7).
    pub fn id(&self) -> Option<&str> {
        self.string(RegisteredClaim::Jti)
    }

    /// The client that the token names: `client_id` (RFC 9068 section 2.2), else `azp` (OpenID
    /// Connect Core section 2).
    pub fn client(&self) -> Option<&str> {
        self.string(RegisteredClaim::ClientId).or_else(|| self.authorized_party())
    }

    /// The scopes: `scope` or `scp`, each a space-separated string or an array.
    pub fn scopes(&self) -> Scopes {
        Scopes::of(self.scope_names())
    }

    /// Reads the claims into a type of your own. Dates are numbers there, and may have a fraction;
    /// [`expires`](Self::expires) and its like read them exactly.
    ///
    /// # Errors
    /// The error of serde if the claims do not fit the type.
    ///
    /// # Security
    /// The error may quote values of claims: do not log it where those are secret.
    ///
    /// # Example
    /// ```
    /// use serde::Deserialize;
    /// use tollgate::UnixTime;
    /// use tollgate::jose::json_object;
    /// use tollgate::record::Claims;
    ///
    /// #[derive(Deserialize)]
    /// struct Own {
    ///     exp: u64,
    ///     roles: Vec<String>,
    /// }
    ///
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let claims = Claims::new(json_object(br#"{"exp":1800000060,"roles":["admin"]}"#)?);
    /// let own: Own = claims.deserialize()?;
    /// assert_eq!((own.exp, own.roles), (1_800_000_060, vec!["admin".to_owned()]));
    /// assert_eq!(claims.expires(), Some(UnixTime::from_seconds(1_800_000_060)));
    ///
    /// let claims = Claims::new(json_object(br#"{"exp":1800000060,"roles":"admin"}"#)?);
    /// assert!(claims.deserialize::<Own>().is_err());
    /// # Ok(())
    /// # }
    /// ```
    pub fn deserialize<T: DeserializeOwned>(&self) -> Result<T, serde_json::Error> {
        serde_json::from_str(self.object.text())
    }

    /// The claims as they are written.
    pub(crate) fn to_text(&self) -> Box<str> {
        Box::from(self.object.text())
    }

    /// How many places the claims take in a bounded memory: one for each 8 KiB that they may take
    /// once all of them have been built. Most take one.
    pub(crate) fn places(&self) -> u64 {
        const PLACE: usize = 8 * 1024;
        u64::try_from(self.object.most_bytes().div_ceil(PLACE)).unwrap_or(u64::MAX)
    }

    /// Whether one of the audiences is accepted; `None` if the token names none.
    pub(crate) fn has_audience(&self, is_accepted: impl Fn(&str) -> bool) -> Option<bool> {
        if let Some(only) = self.string(RegisteredClaim::Aud) {
            return Some(is_accepted(only));
        }
        let mut audiences = self.audiences().peekable();
        audiences.peek()?;
        Some(audiences.any(|audience| is_accepted(&audience)))
    }

    /// Whether `client_id` and `azp` name different clients.
    pub(crate) fn has_two_clients(&self) -> bool {
        match (self.string(RegisteredClaim::ClientId), self.authorized_party()) {
            (Some(client), Some(party)) => client != party,
            _ => false,
        }
    }

    /// `cnf` (RFC 7800 section 3.1).
    pub(crate) fn confirmation(&self) -> Option<&Map<String, Value>> {
        self.object.value(self.registered.index(RegisteredClaim::Cnf)?)?.as_object()
    }

    /// The first of the required scopes that the token does not have.
    pub(crate) fn missing_scope<'s>(&self, required: &'s Scopes) -> Option<&'s str> {
        required.iter().find(|scope| !self.scope_names().any(|granted| granted == *scope))
    }

    fn authorized_party(&self) -> Option<&str> {
        self.string(RegisteredClaim::Azp)
    }

    fn scope_names(&self) -> impl Iterator<Item = Cow<'_, str>> {
        let has_scope = self.registered.index(RegisteredClaim::Scope).is_some();
        let claim = if has_scope { RegisteredClaim::Scope } else { RegisteredClaim::Scp };
        let list = self.string(claim);
        let listed = list.unwrap_or_default().split(' ').filter(|scope| !scope.is_empty());
        let array = self.strings(claim).filter(move |_| list.is_none());
        listed.map(Cow::Borrowed).chain(array)
    }

    /// The strings of a claim that may be one or an array of them; none if it has another type.
    fn strings(&self, claim: RegisteredClaim) -> impl Iterator<Item = Cow<'_, str>> {
        let written = self.registered.index(claim).and_then(|index| self.object.written(index));
        let written = written.filter(|written| claim.admits(written));
        written.map(json::strings).into_iter().flatten().map(Text::decoded)
    }

    fn string(&self, claim: RegisteredClaim) -> Option<&str> {
        self.object.string(self.registered.index(claim)?)
    }

    fn index(&self, name: &str) -> Option<usize> {
        match RegisteredClaim::of_name(name) {
            Some(claim) => self.registered.index(claim),
            None => self.object.position(name),
        }
    }
}

impl Eq for Claims {}

impl PartialEq for Claims {
    fn eq(&self, other: &Self) -> bool {
        self.object.to_object() == other.object.to_object()
    }
}

impl fmt::Debug for Claims {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Claims({} members, redacted)", self.object.len())
    }
}
