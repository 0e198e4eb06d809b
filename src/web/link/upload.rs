//! A file uploaded with a form: only its SHA-256 is computed, as it arrives. Nothing is stored.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll};

use axum::body::{Body, Bytes, HttpBody};
use axum::extract::multipart::{Multipart, MultipartError};
use axum::extract::{FromRequest, Request};
use axum::http::StatusCode;
use hyper::body::Frame;
use sha2::{Digest, Sha256};

/// The largest upload that is examined, including the overhead of the form.
pub(crate) const MOST_BYTES: usize = 64 * 1024 * 1024;
/// Maximum length of a preamble or part header; no browser sends more.
const MAX_HEADER: usize = 8 * 1024;
/// Name of the file's field.
const FIELD: &str = "file";

/// The result of an upload.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Upload {
    File {
        sha256: String,
    },
    /// No file was chosen, the form is not ours, or it was cut off.
    None,
    TooLarge,
}

/// Reads a multipart form (RFC 7578) to the end of its first file; the route limits the body to [`MOST_BYTES`].
pub(crate) async fn read(request: Request) -> Upload {
    let unread = Arc::new(AtomicUsize::new(0));
    let request = request.map(|body| Body::new(Arriving { body, unread: Arc::clone(&unread), next: Next::Frame }));
    let Ok(form) = Multipart::from_request(request, &()).await else { return Upload::None };
    match file(form, &unread).await {
        Ok(found) => found,
        Err(why) if why.status() == StatusCode::PAYLOAD_TOO_LARGE => Upload::TooLarge,
        Err(_) => Upload::None,
    }
}

async fn file(mut form: Multipart, unread: &AtomicUsize) -> Result<Upload, MultipartError> {
    while let Some(mut field) = form.next_field().await? {
        let is_ours = field.name() == Some(FIELD);
        let (mut digest, mut length) = (Sha256::new(), 0);
        unread.store(0, Ordering::Relaxed);
        while let Some(bytes) = field.chunk().await? {
            unread.store(0, Ordering::Relaxed);
            length += bytes.len();
            if is_ours {
                digest.update(&bytes);
            }
        }
        if is_ours && length > 0 {
            return Ok(Upload::File { sha256: digest.finalize().iter().map(|byte| format!("{byte:02x}")).collect() });
        }
    }
    Ok(Upload::None)
}

/// A request body on its way to the parser, which buffers what it cannot parse yet: an endless header, or a form
/// without its boundary, is cut off here before it fills the memory.
struct Arriving {
    body: Body,
    /// Bytes that the parser has received since it last returned something.
    unread: Arc<AtomicUsize>,
    next: Next,
}

/// What the stream does on the next poll. The parser reads everything that is ready before parsing any of it, so after
/// each frame the stream returns pending once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Next {
    Frame,
    Pause,
}

impl HttpBody for Arriving {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        if self.next == Next::Pause {
            self.next = Next::Frame;
            context.waker().wake_by_ref();
            return Poll::Pending;
        }
        if self.unread.load(Ordering::Relaxed) > MAX_HEADER {
            return Poll::Ready(Some(Err(axum::Error::new("the head of a part has no end"))));
        }
        let frame = Pin::new(&mut self.body).poll_frame(context);
        if let Poll::Ready(Some(Ok(frame))) = &frame {
            self.unread.fetch_add(frame.data_ref().map_or(0, Bytes::len), Ordering::Relaxed);
            self.next = Next::Pause;
        }
        frame
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::extract::DefaultBodyLimit;
    use axum::http::header;
    use axum::routing::post;
    use axum::{Extension, Router};
    use office::documents::sha256;
    use tokio::sync::mpsc;
    use tower::ServiceExt;

    const KIND: &str = "multipart/form-data; boundary=XY";

    /// A body that arrives in chunks of this size.
    struct Pieces {
        rest: Vec<u8>,
        size: usize,
    }

    impl HttpBody for Pieces {
        type Data = Bytes;
        type Error = std::convert::Infallible;

        fn poll_frame(
            mut self: Pin<&mut Self>,
            _: &mut Context<'_>,
        ) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
            let size = self.size.min(self.rest.len());
            let piece: Vec<u8> = self.rest.drain(..size).collect();
            Poll::Ready((!piece.is_empty()).then(|| Ok(Frame::data(piece.into()))))
        }
    }

    async fn taken(Extension(found): Extension<mpsc::Sender<Upload>>, request: Request) {
        found.send(read(request).await).await.unwrap();
    }

    /// The result for a body that arrives in chunks, with a limit of `most` bytes.
    async fn limited(kind: &str, body: Vec<u8>, size: usize, most: usize) -> Upload {
        let (found, mut seen) = mpsc::channel(1);
        let routes = Router::new().route("/", post(taken)).layer(DefaultBodyLimit::max(most)).layer(Extension(found));
        let request = Request::post("/").header(header::CONTENT_TYPE, kind);
        routes.oneshot(request.body(Body::new(Pieces { rest: body, size })).unwrap()).await.unwrap();
        seen.recv().await.unwrap()
    }

    async fn taken_of(kind: &str, body: Vec<u8>, size: usize) -> Upload {
        limited(kind, body, size, MOST_BYTES).await
    }

    fn part(name: &str, content: &[u8]) -> Vec<u8> {
        let head = format!("--XY\r\nContent-Disposition: form-data; name=\"{name}\"; filename=\"a.pdf\"\r\n\r\n");
        [head.as_bytes(), content, b"\r\n"].concat()
    }

    fn form(parts: &[Vec<u8>]) -> Vec<u8> {
        [parts.concat().as_slice(), b"--XY--\r\n"].concat()
    }

    fn file_of(content: &[u8]) -> Upload {
        Upload::File { sha256: sha256(content) }
    }

    #[tokio::test]
    async fn a_file_is_hashed_however_it_arrives() {
        for content in [b"%PDF-1.7 \r\n--X".to_vec(), b"\r\n\r\n--X".to_vec(), vec![b'\r'; 5_000], vec![0; 100_000]] {
            for size in [1, 2, 3, 7, 64, 200_000] {
                assert_eq!(taken_of(KIND, form(&[part("file", &content)]), size).await, file_of(&content), "{size}");
            }
        }
    }

    #[tokio::test]
    async fn what_is_no_form_with_a_file_is_none() {
        let whole = form(&[part("file", b"%PDF")]);
        for kind in [
            "",
            "text/plain",
            "multipart/form-data",
            "multipart/form-data; boundary=",
            "multipart/form-data; boundary=Z",
        ] {
            assert_eq!(taken_of(kind, whole.clone(), 64).await, Upload::None, "{kind}");
        }
        for body in [Vec::new(), b"--XY--\r\n".to_vec(), form(&[part("file", b"")]), form(&[part("other", b"%PDF")])] {
            for size in [1, 1_000] {
                assert_eq!(taken_of(KIND, body.clone(), size).await, Upload::None, "{body:?}");
            }
        }
        let nameless = b"--XY\r\nContent-Disposition: form-data\r\n\r\n%PDF\r\n--XY--\r\n".to_vec();
        assert_eq!(taken_of(KIND, nameless, 64).await, Upload::None);
    }

    #[tokio::test]
    async fn a_quoted_boundary_and_any_name_of_a_file_are_read() {
        let names: [&[u8]; 7] = [
            b"filename=\"a; b=c.pdf\"",
            b"filename=\"say \\\"yes\\\".pdf\"",
            b"filename=\"say %22yes%22.pdf\"",
            "filename=\"Inspección 报告.pdf\"".as_bytes(),
            b"filename=\"Inspecci\xf3n.pdf\"",
            b"filename=\"x\"; filename*=UTF-8''%e6%8a%a5.pdf",
            b"filename=plain.pdf",
        ];
        for kind in
            [KIND, "multipart/form-data; boundary=\"XY\"", "Multipart/Form-Data; charset=UTF-8; Boundary=\"XY\""]
        {
            for name in names {
                let head = [b"--XY\r\nContent-Disposition: form-data; name=\"file\"; ", name, b"\r\n\r\n"].concat();
                let body = [head.as_slice(), b"%PDF\r\n--XY--\r\n"].concat();
                let name = String::from_utf8_lossy(name);
                assert_eq!(taken_of(kind, body, 64).await, file_of(b"%PDF"), "{kind}, {name}");
            }
        }
    }

    #[tokio::test]
    async fn of_several_fields_the_first_file_counts() {
        let body = form(&[part("note", b"x"), part("file", b""), part("file", b"one"), part("file", b"two")]);
        for size in [1, 13, 1_000] {
            assert_eq!(taken_of(KIND, body.clone(), size).await, file_of(b"one"), "{size}");
        }
    }

    #[tokio::test]
    async fn a_body_that_is_cut_off_holds_no_file_wherever_it_ends() {
        let whole = form(&[part("file", b"%PDF-1.7")]);
        let end = whole.len() - b"--XY--\r\n".len();
        for cut in 0..end {
            assert_eq!(taken_of(KIND, whole[..cut].to_vec(), 16).await, Upload::None, "{cut}");
        }
        // The part ends with its boundary, whatever follows.
        assert_eq!(taken_of(KIND, whole[..end + 4].to_vec(), 16).await, file_of(b"%PDF-1.7"));
    }

    #[tokio::test]
    async fn a_head_or_a_beginning_without_an_end_is_not_kept_and_a_huge_field_is_too_large() {
        let endless = [b"--XY\r\nx: ".as_slice(), &[b'a'; 100_000]].concat();
        for body in [vec![b'a'; 100_000], endless] {
            assert_eq!(taken_of(KIND, body, 1_000).await, Upload::None);
        }
        for name in ["file", "other"] {
            let body = form(&[part(name, &vec![0; 100_000])]);
            assert_eq!(limited(KIND, body, 1_000, 50_000).await, Upload::TooLarge, "{name}");
        }
    }
}
