//! What the operating system says about a process, and does to it. Figures are to be had on Linux
//! only. Must never ask the process itself.

use std::collections::HashMap;
use std::fs;
use std::process::Child;
use std::time::Duration;

/// `/proc/<pid>/stat` counts in these, on every Linux.
const TICK: Duration = Duration::from_millis(10);

/// CPU time that a process has used so far, user and system, all threads.
pub(crate) struct Cpu {
    /// Nanoseconds of each thread that lives.
    threads: HashMap<String, u64>,
    /// Ticks of all threads, those that have ended included.
    ticks: u64,
}

impl Cpu {
    pub(crate) fn of(process: &Child) -> Self {
        let folder = format!("/proc/{}", process.id());
        let threads = fs::read_dir(format!("{folder}/task")).expect("the server runs");
        let thread = |entry: fs::DirEntry| {
            let line = fs::read_to_string(entry.path().join("schedstat")).ok()?;
            let nanoseconds = line.split(' ').next()?.parse().ok()?;
            Some((entry.file_name().into_string().ok()?, nanoseconds))
        };
        let stat = fs::read_to_string(format!("{folder}/stat")).expect("the server runs");
        // The name, which may hold anything, ends with the last bracket; user and system time are
        // the twelfth and thirteenth field after it.
        let fields = stat.rsplit(')').next().expect("a last field");
        Self {
            threads: threads.filter_map(|entry| thread(entry.ok()?)).collect(),
            ticks: fields
                .split_whitespace()
                .skip(11)
                .take(2)
                .map(|ticks| ticks.parse::<u64>().expect("a number of ticks"))
                .sum(),
        }
    }

    /// What was used between an earlier reading and this one.
    ///
    /// Ticks are too coarse for a small room, so nanoseconds of the threads are what counts. A
    /// thread that has ended meanwhile is missing in them; then ticks say distinctly more, and are
    /// right.
    pub(crate) fn since(&self, before: &Self) -> Duration {
        let thread = |(thread, now): (&String, &u64)| {
            now - before.threads.get(thread).copied().unwrap_or_default()
        };
        let fine = Duration::from_nanos(self.threads.iter().map(thread).sum());
        let coarse = TICK * (self.ticks - before.ticks) as u32;
        if coarse > fine + 2 * TICK {
            coarse
        } else {
            fine
        }
    }
}

/// Resident memory now, in bytes.
pub(crate) fn memory(process: &Child) -> u64 {
    status(process, "VmRSS:")
}

/// The most resident memory since [`forget_peak`], in bytes.
pub(crate) fn peak_memory(process: &Child) -> u64 {
    status(process, "VmHWM:")
}

/// Lets the peak be what is resident now.
pub(crate) fn forget_peak(process: &Child) {
    fs::write(format!("/proc/{}/clear_refs", process.id()), "5")
        .expect("the peak of one's own child can be reset");
}

fn status(process: &Child, field: &str) -> u64 {
    let status = fs::read_to_string(format!("/proc/{}/status", process.id()));
    let status = status.expect("the server runs");
    let line = status.lines().find_map(|line| line.strip_prefix(field));
    let kib = line.and_then(|line| line.trim().strip_suffix(" kB")?.parse::<u64>().ok());
    kib.expect("the server's memory is known") * 1024
}

/// Asks a process to end as its owner would, and waits until it has.
pub(crate) fn end(process: &mut Child) {
    #[cfg(unix)]
    {
        use rustix::process::{Pid, Signal, kill_process};
        let pid = Pid::from_raw(process.id() as i32).expect("no child is process 0");
        kill_process(pid, Signal::TERM).expect("the server can be asked to end");
    }
    #[cfg(not(unix))]
    process.kill().expect("the server can be ended");
    process.wait().expect("the server ends");
}

/// Two thousand clients are more open files than many systems give a program at first.
pub(crate) fn raise_open_files() {
    #[cfg(unix)]
    {
        use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
        let limit = getrlimit(Resource::Nofile);
        let current = limit.maximum;
        // Where it may not be raised, opening a socket will fail and say so.
        let _ = setrlimit(Resource::Nofile, Rlimit { current, ..limit });
    }
}
