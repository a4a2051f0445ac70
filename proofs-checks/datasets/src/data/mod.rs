//! Real data, embedded in the program and parsed once.

mod breast_cancer;
mod digits;
mod mnist;

pub use breast_cancer::{BreastCancer, breast_cancer};
pub use digits::{Digits, digits};
pub use mnist::{Images, Mnist, mnist};

#[cfg(test)]
mod tests {
    use sha2::{Digest, Sha256};

    #[test]
    fn the_embedded_bytes_are_those_that_the_readme_names() {
        let readme = include_str!("../../data/README.md");
        let tables = [super::breast_cancer::FILE, super::digits::FILE];
        for bytes in tables.iter().chain(&super::mnist::FILES) {
            let hash: String = Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect();
            assert!(readme.contains(&hash), "{hash}");
        }
    }
}
