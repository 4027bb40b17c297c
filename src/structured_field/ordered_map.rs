//! Values by their keys, in order.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::fmt;

use crate::structured_field::structured_field_error::StructuredFieldError;

/// How many keys are compared one by one before they are hashed.
const FEW: usize = 16;

/// What becomes of a key that appears twice in a dictionary, or in the parameters of one value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum DuplicateKeys {
    /// The field is refused: two readers could see two values.
    Refuse,
    /// The last value overwrites the others, in the place of the first (RFC 9651 section 4.2.2).
    Overwrite,
}

/// Values by their keys, in the order in which they appeared.
#[derive(Clone, PartialEq, Eq)]
pub struct OrderedMap<'f, V>(Vec<(&'f str, V)>);

impl<'f, V> OrderedMap<'f, V> {
    /// The value with this key.
    pub fn get(&self, key: &str) -> Option<&V> {
        self.iter().find(|(one, _)| *one == key).map(|(_, value)| value)
    }

    /// Keys and values in their order.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (&'f str, &V)> {
        self.0.iter().map(|(key, value)| (*key, value))
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl<V> Default for OrderedMap<'_, V> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

/// Keys that differ; of several values with one key the last counts.
impl<'f, V> FromIterator<(&'f str, V)> for OrderedMap<'f, V> {
    fn from_iter<I: IntoIterator<Item = (&'f str, V)>>(pairs: I) -> Self {
        let mut collected = Collected::default();
        for (key, value) in pairs {
            collected.overwrite(key, value);
        }
        collected.keyed
    }
}

impl<V> fmt::Debug for OrderedMap<'_, V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "OrderedMap({} redacted)", self.len())
    }
}

/// Values while they are parsed, found by their keys in constant time.
pub(super) struct Collected<'f, V> {
    pub(super) keyed: OrderedMap<'f, V>,
    places: HashMap<&'f str, usize>,
}

impl<V> Default for Collected<'_, V> {
    fn default() -> Self {
        Self { keyed: OrderedMap::default(), places: HashMap::new() }
    }
}

impl<'f, V> Collected<'f, V> {
    pub(super) fn insert(
        &mut self,
        key: &'f str,
        value: V,
        duplicates: DuplicateKeys,
        limit: usize,
    ) -> Result<(), StructuredFieldError> {
        let was_there = self.overwrite(key, value);
        if was_there && duplicates == DuplicateKeys::Refuse {
            return Err(StructuredFieldError::DuplicateKey);
        }
        if self.keyed.len() > limit {
            return Err(StructuredFieldError::TooManyMembers { limit });
        }
        Ok(())
    }

    /// Sets the value of a key, and says whether the key was there already.
    fn overwrite(&mut self, key: &'f str, value: V) -> bool {
        let found = self.place(key).and_then(|place| self.keyed.0.get_mut(place));
        let was_there = found.is_some();
        match found {
            Some(entry) => entry.1 = value,
            None => self.keyed.0.push((key, value)),
        }
        was_there
    }

    /// The place of a key that is there; where there are many keys, one that is not gets the next.
    fn place(&mut self, key: &'f str) -> Option<usize> {
        let entries = &self.keyed.0;
        if entries.len() < FEW {
            return entries.iter().position(|(one, _)| *one == key);
        }
        if self.places.is_empty() {
            let keys = entries.iter().map(|(key, _)| *key);
            self.places = keys.zip(0..).collect();
        }
        match self.places.entry(key) {
            Entry::Occupied(place) => Some(*place.get()),
            Entry::Vacant(place) => {
                place.insert(entries.len());
                None
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_found_again_among_few_and_among_many() {
        let keys: Vec<String> = (0..100).map(|number| format!("k{number}")).collect();
        for count in [1, FEW - 1, FEW, FEW + 1, 100] {
            let twice = keys[..count].iter().chain(&keys[..count]);
            let keyed: OrderedMap<'_, usize> = twice.map(String::as_str).zip(0..).collect();
            assert_eq!(keyed.len(), count);
            for (place, key) in keys[..count].iter().enumerate() {
                assert_eq!(keyed.get(key), Some(&(count + place)), "{count} {place}");
            }
        }
    }
}
