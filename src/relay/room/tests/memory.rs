//! How much memory something takes, counted to the byte.
//!
//! Owns the allocator of these tests, which counts for each thread by itself, so that tests do
//! not see each other. Must never change what the system's allocator does.

#![expect(
    unsafe_code,
    reason = "only an allocator sees what is allocated, and there is no safe way to be one"
)]

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;

#[global_allocator]
static COUNTING: Counting = Counting;

thread_local! {
    static COUNT: Cell<Count> = const { Cell::new(Count { held: 0, peak: 0 }) };
}

/// What one thread has had so far, in bytes. Memory may be given back by another.
#[derive(Clone, Copy)]
struct Count {
    held: isize,
    peak: isize,
}

/// Does something, and says how many bytes it held on this thread at any moment, beyond what was held
/// before.
pub(crate) fn measure<T>(act: impl FnOnce() -> T) -> (T, usize) {
    let before = COUNT.get();
    COUNT.set(Count {
        peak: before.held,
        ..before
    });
    let done = act();
    let after = COUNT.get();
    (done, usize::try_from(after.peak - before.held).unwrap_or(0))
}

struct Counting;

impl Counting {
    fn count(taken: usize, given_back: usize) {
        // A thread that ends frees memory after its counts are gone.
        let _ = COUNT.try_with(|count| {
            let Count { held, peak } = count.get();
            // Memory that moves is there twice while it does.
            let most = held + taken as isize;
            count.set(Count {
                held: most - given_back as isize,
                peak: peak.max(most),
            });
        });
    }
}

// SAFETY: every call goes on to the system's allocator as it came; counting allocates nothing.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        Self::count(layout.size(), 0);
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        Self::count(0, layout.size());
        unsafe { System.dealloc(pointer, layout) }
    }

    unsafe fn realloc(&self, pointer: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        Self::count(size, layout.size());
        unsafe { System.realloc(pointer, layout, size) }
    }
}
