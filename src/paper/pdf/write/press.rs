//! Compression with a reused buffer, and distribution of work over the machine's cores.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{LazyLock, OnceLock};

use flate2::{Compress, Compression, FlushCompress};

/// The usual level 6 would make a report's text and fonts only two per cent smaller, but takes longer.
const LEVEL: u32 = 4;
/// One report cannot keep more threads than this busy.
const MAX_THREADS: usize = 4;

static THREADS: LazyLock<usize> =
    LazyLock::new(|| std::thread::available_parallelism().map_or(1, usize::from).min(MAX_THREADS));

/// Compresses streams.
pub(super) struct Press {
    deflate: Compress,
}

impl Press {
    pub(super) fn new() -> Press {
        Press { deflate: Compress::new(Compression::new(LEVEL), true) }
    }

    /// Compresses to a zlib stream; the same bytes give the same stream.
    pub(super) fn compress(&mut self, bytes: &[u8]) -> Vec<u8> {
        self.deflate.reset();
        let mut squeezed = Vec::with_capacity(bytes.len() / 2 + 64);
        loop {
            let taken = usize::try_from(self.deflate.total_in()).expect("no more than went in");
            let status = self.deflate.compress_vec(&bytes[taken..], &mut squeezed, FlushCompress::Finish);
            match status.expect("deflate takes any bytes") {
                flate2::Status::StreamEnd => return squeezed,
                flate2::Status::Ok | flate2::Status::BufError => squeezed.reserve(bytes.len() / 2 + 64),
            }
        }
    }
}

/// Runs all of `work` on the machine's cores, in order of start; the results are in the order of `work`.
pub(super) fn in_parallel<W: Sync, R: Send + Sync>(work: &[W], does: impl Fn(&W, &mut Press) -> R + Sync) -> Vec<R> {
    let done: Vec<OnceLock<R>> = work.iter().map(|_| OnceLock::new()).collect();
    let next = AtomicUsize::new(0);
    let help = || {
        let mut press = Press::new();
        loop {
            let index = next.fetch_add(1, Ordering::Relaxed);
            let Some(piece) = work.get(index) else { return };
            // Each index is handed out only once.
            let _ = done[index].set(does(piece, &mut press));
        }
    };
    std::thread::scope(|scope| {
        for _ in 1..(*THREADS).min(work.len()) {
            // If no thread can be started, this one does all the work.
            if std::thread::Builder::new().spawn_scoped(scope, help).is_err() {
                break;
            }
        }
        help();
    });
    done.into_iter().map(|cell| cell.into_inner().expect("each piece of work was done")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_squeezed_is_whole_and_the_same_each_time() {
        let mut press = Press::new();
        for bytes in
            [Vec::new(), b"BT 1 0 Td ET ".repeat(5_000), (0..60_000_u32).map(|n| ((n * n) >> 7) as u8).collect()]
        {
            let squeezed = press.compress(&bytes);
            let mut whole = Vec::new();
            std::io::Read::read_to_end(&mut flate2::read::ZlibDecoder::new(squeezed.as_slice()), &mut whole).unwrap();
            assert!(whole == bytes);
            assert!(Press::new().compress(&bytes) == squeezed);
        }
    }

    #[test]
    fn work_is_done_once_and_comes_back_in_order() {
        let work: Vec<usize> = (0..200).collect();
        let done = in_parallel(&work, |number, press| (number * 2, press.compress(&[1; 40]).len()));
        assert!(done.iter().enumerate().all(|(index, (twice, _))| *twice == index * 2));
        assert_eq!(done.len(), 200);
    }
}
