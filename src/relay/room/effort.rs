//! How much computing a change or an answer takes beyond what its size explains.
//!
//! Owns the measure: the time of this thread's processor, which a busy machine does not lengthen.
//! Must never be asked across an `await`, after which it may be another thread's.

use std::time::Duration;

use cpu_time::ThreadTime;

/// What any may take. In a release build a sentence takes a hundredth of it.
const ANY: Duration = Duration::from_millis(1);
/// What each byte may take besides. In a release build it takes a tenth of it.
const BYTE: Duration = Duration::from_micros(1);

/// The effort for a change or an answer, from now on.
pub(super) struct Effort(ThreadTime);

impl Effort {
    pub(super) fn begin() -> Self {
        Self(ThreadTime::now())
    }

    /// What has been taken so far beyond what is fair for so many bytes.
    pub(super) fn excess(&self, bytes: usize) -> Duration {
        let fair = ANY + BYTE * u32::try_from(bytes).unwrap_or(u32::MAX);
        self.0.elapsed().saturating_sub(fair)
    }
}
