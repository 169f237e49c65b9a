//! The keys of a workshop: made, read, hashed, compared and sealed here.
//!
//! A key is 128 random bits, written as 22 characters of URL-safe base 64. At rest only its SHA-256
//! is kept: with that much randomness a slow hash would add nothing. Keys that a holder may hand on
//! are kept sealed under the holder's own key, so a copy of the store opens no workshop.
//! This file must never print, log or compare a key in variable time.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};
use subtle::{Choice, ConditionallySelectable, ConstantTimeEq};
use workshop::id::WorkshopId;

use crate::rights::Role;

/// The length of a key, in bytes.
const KEY_BYTES: usize = 16;

/// The secret that entitles its holder to a role.
#[derive(Clone, PartialEq, Eq)]
pub struct Key([u8; KEY_BYTES]);

impl Key {
    /// A new key from the operating system's randomness.
    ///
    /// # Panics
    /// When the operating system has no randomness to give: no key may then be made at all.
    pub fn random() -> Self {
        let mut bytes = [0; KEY_BYTES];
        getrandom::fill(&mut bytes).expect("the operating system gives random bytes");
        Self(bytes)
    }

    /// Reads a key; anything but 22 characters of URL-safe base 64 is no key.
    pub fn parse(text: &str) -> Option<Self> {
        let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
        Some(Self(bytes.try_into().ok()?))
    }

    /// The key as it stands in a link.
    pub fn to_text(&self) -> String {
        URL_SAFE_NO_PAD.encode(self.0)
    }

    fn hash(&self) -> KeyHash {
        let digest = Sha256::new_with_prefix(b"trestle key v1\0").chain_update(self.0);
        KeyHash(digest.finalize().into())
    }

    /// A number that follows from this key in this workshop and gives nothing of it away, of which
    /// the code that can be spoken is made.
    pub(crate) fn code_number(&self, workshop: &WorkshopId) -> u128 {
        let digest: [u8; 32] = Sha256::new_with_prefix(b"trestle code v1\0")
            .chain_update(self.0)
            .chain_update(workshop.as_str())
            .finalize()
            .into();
        u128::from_be_bytes(
            *digest
                .first_chunk()
                .expect("a SHA-256 digest is longer than this number"),
        )
    }

    /// The mask under which this key seals the `target`'s key: never the same for two workshops or
    /// two roles.
    fn mask(&self, workshop: &WorkshopId, target: Role) -> [u8; KEY_BYTES] {
        let digest: [u8; 32] = Sha256::new_with_prefix(b"trestle seal v1\0")
            .chain_update(self.0)
            .chain_update(workshop.as_str())
            .chain_update(b"\0")
            .chain_update(target.name())
            .finalize()
            .into();
        *digest
            .first_chunk()
            .expect("a SHA-256 digest is longer than a key")
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Key(…)")
    }
}

/// The SHA-256 of a key: all that is kept of it in the clear.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KeyHash(pub [u8; 32]);

/// A key that the holder of another key may read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SealedKey {
    /// Whose key opens the seal.
    pub holder: Role,
    /// Whose key is inside.
    pub target: Role,
    /// The key inside, masked.
    pub masked: [u8; KEY_BYTES],
}

/// The four keys of a workshop that was just made, or one of whose keys is being replaced, in the
/// order of [`Role::ALL`]. They exist in the clear only until whoever asked has been answered.
#[derive(Debug)]
pub struct NewKeys([Key; 4]);

impl NewKeys {
    /// Four new keys.
    pub fn random() -> Self {
        Self(Role::ALL.map(|_| Key::random()))
    }

    /// The key of `role`.
    pub fn of(&self, role: Role) -> &Key {
        &self.0[role as usize]
    }

    /// What to keep of these keys.
    pub fn lock(&self, workshop: &WorkshopId) -> Lock {
        let hashes = Role::ALL.map(|role| self.of(role).hash());
        let mut sealed = Vec::new();
        for holder in Role::ALL {
            for &target in holder.may_hand_on() {
                if holder != target {
                    let mask = self.of(holder).mask(workshop, target);
                    let masked = xor(&self.of(target).0, &mask);
                    sealed.push(SealedKey {
                        holder,
                        target,
                        masked,
                    });
                }
            }
        }
        Lock { hashes, sealed }
    }
}

/// What the relay keeps of a workshop's keys: enough to recognise them, not enough to use them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lock {
    /// The hash of each role's key, in the order of [`Role::ALL`].
    pub hashes: [KeyHash; 4],
    /// The keys that holders may hand on.
    pub sealed: Vec<SealedKey>,
}

impl Lock {
    /// The role that `key` entitles to, if any. Takes the same time whichever it is.
    pub fn role_of(&self, key: &Key) -> Option<Role> {
        let hash = key.hash();
        let mut found = u8::MAX;
        for role in Role::ALL {
            let same: Choice = self.hashes[role as usize].0.ct_eq(&hash.0);
            found.conditional_assign(&(role as u8), same);
        }
        Role::ALL.get(usize::from(found)).copied()
    }

    /// This lock with `key` in the place of `role`'s, as the holder of the `facilitator`'s key can make
    /// it. Everything is sealed anew, so that each holder may hand on what it could before; of a
    /// facilitator's key that is replaced nothing is left. `None` if the other keys cannot be
    /// unsealed, which happens to a damaged store only.
    pub fn with_key(
        &self,
        workshop: &WorkshopId,
        facilitator: &Key,
        role: Role,
        key: &Key,
    ) -> Option<Self> {
        let known = self.unseal(workshop, Role::Facilitator, facilitator);
        let of = |wanted| match known.iter().find(|(role, _)| *role == wanted) {
            _ if wanted == role => Some(key.clone()),
            found => found.map(|(_, key)| key.clone()),
        };
        let [
            Some(facilitator),
            Some(participant),
            Some(wall),
            Some(report),
        ] = Role::ALL.map(of)
        else {
            return None;
        };
        Some(NewKeys([facilitator, participant, wall, report]).lock(workshop))
    }

    /// The keys that the holder of `key` may hand on, with their roles. A seal that does not hold
    /// the present key of its role (because that key was replaced) is left out.
    pub fn unseal(&self, workshop: &WorkshopId, role: Role, key: &Key) -> Vec<(Role, Key)> {
        let mut keys = Vec::new();
        for &target in role.may_hand_on() {
            if target == role {
                keys.push((role, key.clone()));
                continue;
            }
            let seal = self
                .sealed
                .iter()
                .find(|seal| seal.holder == role && seal.target == target);
            if let Some(seal) = seal {
                let opened = Key(xor(&seal.masked, &key.mask(workshop, target)));
                if self.role_of(&opened) == Some(target) {
                    keys.push((target, opened));
                }
            }
        }
        keys
    }
}

fn xor(left: &[u8; KEY_BYTES], right: &[u8; KEY_BYTES]) -> [u8; KEY_BYTES] {
    std::array::from_fn(|i| left[i] ^ right[i])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn workshop() -> WorkshopId {
        WorkshopId::parse("village").unwrap()
    }

    #[test]
    fn a_key_is_22_characters_and_reads_back() {
        let key = Key::random();
        assert_eq!(key.to_text().len(), 22);
        assert_eq!(Key::parse(&key.to_text()), Some(key));
    }

    #[test]
    fn what_is_not_a_key_is_not_read() {
        let long = Key::random().to_text() + "A";
        for text in ["", "short", "not/url+safe/base64===", &long] {
            assert_eq!(Key::parse(text), None, "{text:?}");
        }
    }

    #[test]
    fn a_key_is_never_printed() {
        let key = Key::random();
        assert!(!format!("{key:?}").contains(&key.to_text()));
    }

    #[test]
    fn each_key_opens_its_own_role_and_a_foreign_key_none() {
        let keys = NewKeys::random();
        let lock = keys.lock(&workshop());
        for role in Role::ALL {
            assert_eq!(lock.role_of(keys.of(role)), Some(role));
        }
        assert_eq!(lock.role_of(&Key::random()), None);
    }

    #[test]
    fn a_holder_unseals_exactly_what_it_may_hand_on() {
        let keys = NewKeys::random();
        let lock = keys.lock(&workshop());
        for role in Role::ALL {
            let opened = lock.unseal(&workshop(), role, keys.of(role));
            let roles: Vec<Role> = opened.iter().map(|(role, _)| *role).collect();
            assert_eq!(roles, role.may_hand_on(), "{role}");
            for (target, key) in opened {
                assert_eq!(&key, keys.of(target));
            }
        }
    }

    #[test]
    fn a_replaced_key_opens_nothing_and_all_others_open_what_they_did() {
        for replaced in Role::ALL {
            let keys = NewKeys::random();
            let facilitator = keys.of(Role::Facilitator);
            let new = Key::random();
            let before = keys.lock(&workshop());
            let after = before.with_key(&workshop(), facilitator, replaced, &new);
            let after = after.unwrap();
            assert_eq!(after.role_of(keys.of(replaced)), None, "{replaced}");
            let now = |role| {
                if role == replaced {
                    &new
                } else {
                    keys.of(role)
                }
            };
            for holder in Role::ALL {
                assert_eq!(after.role_of(now(holder)), Some(holder));
                let opened = after.unseal(&workshop(), holder, now(holder));
                let expected = holder.may_hand_on().iter();
                let expected: Vec<_> = expected.map(|&role| (role, now(role).clone())).collect();
                assert_eq!(opened, expected, "{holder} after {replaced}");
            }
            // What the old key had sealed under it is gone with it.
            let old = after.unseal(&workshop(), replaced, keys.of(replaced));
            assert!(old.iter().all(|(role, _)| *role == replaced), "{replaced}");
        }
    }

    #[test]
    fn only_the_facilitators_key_can_make_a_lock_with_another_key() {
        let keys = NewKeys::random();
        let lock = keys.lock(&workshop());
        for other in [keys.of(Role::Participant), &Key::random()] {
            let made = lock.with_key(&workshop(), other, Role::Wall, &Key::random());
            assert_eq!(made, None);
        }
    }

    #[test]
    fn a_seal_opens_only_with_the_holders_key_and_in_its_own_workshop() {
        let keys = NewKeys::random();
        let lock = keys.lock(&workshop());
        let wall_posing = lock.unseal(&workshop(), Role::Facilitator, keys.of(Role::Wall));
        assert!(
            wall_posing
                .iter()
                .all(|(role, _)| *role == Role::Facilitator)
        );
        let elsewhere = WorkshopId::parse("town").unwrap();
        let opened = lock.unseal(&elsewhere, Role::Facilitator, keys.of(Role::Facilitator));
        assert_eq!(opened.len(), 1, "only the key that was presented");
    }
}
