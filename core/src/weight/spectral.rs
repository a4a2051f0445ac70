//! Spectral normalisation followed by Björck iteration of a free matrix.

use nalgebra::DMatrix;

use super::bjorck::{self, Bjorck};
use super::power::Triple;
use crate::error::Error;
use crate::scalar::Scalar;
use crate::tolerance;

/// A free matrix `V` with all that its derivative needs.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Spectral<T: Scalar> {
    raw: DMatrix<T>,
    rule: Bjorck,
    triple: Triple<T>,
    /// `V/sigma` and its Björck iterates.
    iterates: Vec<DMatrix<T>>,
}

impl<T: Scalar> Spectral<T> {
    pub(super) fn new(raw: DMatrix<T>, rule: Bjorck) -> Result<Self, Error> {
        let (rows, columns) = raw.shape();
        let mut spectral =
            Self { triple: Triple::start(rows, columns), rule: rule.guard()?, raw, iterates: Vec::new() };
        spectral.refresh(tolerance::POWER_ITERATIONS_FIRST)?;
        Ok(spectral)
    }

    pub(super) fn rule(&self) -> Bjorck {
        self.rule
    }

    /// `constant` times the last iterate.
    pub(super) fn effective(&self, constant: T) -> DMatrix<T> {
        match self.iterates.last() {
            Some(last) => last * constant,
            None => self.raw.clone(),
        }
    }

    pub(super) fn update(&mut self, change: &mut dyn FnMut(&mut [T])) -> Result<(), Error> {
        change(self.raw.as_mut_slice());
        self.refresh(tolerance::POWER_ITERATIONS_UPDATE)
    }

    /// The estimate of `sigma` comes from below; Björck iteration maps `[0, 2]` into `[-1, 1]`, so the
    /// norm stays at most 1 as long as the estimate is not below half the norm.
    fn refresh(&mut self, most: usize) -> Result<(), Error> {
        self.triple.refine(&self.raw, most);
        let sigma = self.triple.sigma;
        let start = &self.raw / sigma;
        if !start.iter().all(|entry| entry.is_finite()) {
            return Err(Error::NotFinite { what: "a spectrally normalised weight" });
        }
        self.iterates = self.rule.iterates(start);
        Ok(())
    }

    /// Through the iterates, then through `V/sigma` with `d sigma = uᵀ dV v`.
    pub(super) fn pull_back(&self, constant: T, gradient: &mut DMatrix<T>) {
        let mut slope = &*gradient * constant;
        let mut passed = self.iterates.iter().rev();
        passed.next();
        for iterate in passed {
            slope = bjorck::step_back(iterate, &slope);
        }
        let Triple { sigma, left, right } = &self.triple;
        let along = slope.dot(&self.raw) / (*sigma * *sigma);
        slope /= *sigma;
        slope.ger(-along, left, right, T::one());
        *gradient = slope;
    }
}
