//! What the benchmarks over HTTP share: their settings, and how long things took.
use std::time::{Duration, Instant};

/// A number from the environment.
pub fn setting(name: &str, otherwise: usize) -> usize {
    std::env::var(name).map_or(otherwise, |value| value.parse().unwrap())
}

/// How long things took.
#[derive(Default)]
pub struct Measured {
    took: Vec<Duration>,
    in_all: Duration,
}

impl Measured {
    pub fn add(&mut self, run: impl FnOnce() -> Vec<Duration>) {
        let begun = Instant::now();
        let took = run();
        self.in_all += begun.elapsed();
        self.took.extend(took);
    }

    /// What was measured within a longer time.
    pub fn of(took: Vec<Duration>, in_all: Duration) -> Self {
        Self { took, in_all }
    }

    pub fn rate(&self) -> f64 {
        self.took.len() as f64 / self.in_all.as_secs_f64()
    }

    /// Prints the line of [`Self::heading`].
    pub fn print(&mut self, what: &str) {
        self.took.sort_unstable();
        let percentile = |of: usize| {
            let at = (self.took.len() * of / 100).min(self.took.len() - 1);
            self.took[at].as_secs_f64() * 1_000.0
        };
        println!(
            "{what:<22} {:>8} {:>10.0} {:>9.1} {:>9.1}",
            self.took.len(),
            self.rate(),
            percentile(50),
            percentile(99)
        );
    }

    pub fn heading(things: &str) {
        let each = format!("{things}/s");
        println!(
            "{:<22} {things:>8} {each:>10} {:>9} {:>9}",
            "", "p50 ms", "p99 ms"
        );
    }
}
