//! How much computing a change takes beyond what its size explains.
//!
//! Owns the measure: the time of this thread's processor, which a busy machine does not lengthen.
//! Must never be asked across an `await`, after which it may be another thread's.

use std::time::Duration;

use cpu_time::ThreadTime;

/// What any change may take. In a release build a sentence takes a hundredth of it.
const ANY: Duration = Duration::from_millis(1);
/// What each byte of a change may take besides. In a release build it takes a tenth of it.
const BYTE: Duration = Duration::from_micros(1);

/// The effort for some changes, from now on.
pub(super) struct Effort {
    started: ThreadTime,
    fair: Duration,
}

impl Effort {
    /// Begins to measure what changes of so many bytes together take.
    pub(super) fn begin(bytes: usize) -> Self {
        Self {
            started: ThreadTime::now(),
            fair: ANY + BYTE * u32::try_from(bytes).unwrap_or(u32::MAX),
        }
    }

    /// What has been taken so far beyond what is fair.
    pub(super) fn excess(&self) -> Duration {
        self.started.elapsed().saturating_sub(self.fair)
    }
}
