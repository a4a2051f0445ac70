//! A part of a run that another machine can do.

use std::fmt;
use std::str::FromStr;

/// Shard `index` of `of`: the jobs whose position leaves the remainder `index`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Shard {
    index: usize,
    of: usize,
}

impl Shard {
    /// The whole run.
    pub const WHOLE: Shard = Shard { index: 0, of: 1 };

    /// Whether the job at that position belongs to the shard.
    pub fn contains(self, position: usize) -> bool {
        position % self.of.max(1) == self.index
    }

    /// Which shard this is, from 0.
    pub fn index(self) -> usize {
        self.index
    }

    /// How many shards the run has.
    pub fn of(self) -> usize {
        self.of
    }
}

impl fmt::Display for Shard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.index, self.of)
    }
}

impl FromStr for Shard {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wanted = || format!("`{text}` is not I/N with 0 <= I < N");
        let (index, of) = text.split_once('/').ok_or_else(wanted)?;
        let (index, of) = (index.parse().map_err(|_| wanted())?, of.parse().map_err(|_| wanted())?);
        if index < of { Ok(Self { index, of }) } else { Err(wanted()) }
    }
}

#[cfg(test)]
mod tests {
    use super::Shard;

    #[test]
    fn shards_split_the_positions() {
        let shards: Vec<Shard> = ["0/3", "1/3", "2/3"].iter().map(|text| text.parse().unwrap()).collect();
        for position in 0..10 {
            assert_eq!(shards.iter().filter(|shard| shard.contains(position)).count(), 1);
        }
    }

    #[test]
    fn what_is_not_a_shard_is_refused() {
        for text in ["", "1", "1/1", "0/0", "-1/2", "a/b", "1/2/3"] {
            assert!(text.parse::<Shard>().is_err(), "{text}");
        }
    }
}
