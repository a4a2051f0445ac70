//! Arguments for all instances.

/// A statement that reduces a sentence about every instance to finitely many facts, which a check then decides.
#[derive(Debug, PartialEq, Eq)]
pub struct Lemma {
    /// Its name, unique among the lemmas.
    pub name: &'static str,
    /// What it says.
    pub statement: &'static str,
    /// The proof in full, or a citation.
    pub proof: &'static str,
    /// The facts that are left to check, in words.
    pub facts: &'static str,
}
