//! The one place where what went wrong becomes an answer.

use std::sync::LazyLock;

use axum::extract::multipart::MultipartError;
use axum::extract::rejection::BytesRejection;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};

use domain::access::LinkRefused;
use domain::language::Language;
use words::Locales;

/// Why a page is not shown.
#[derive(Debug, thiserror::Error)]
pub(super) enum WebError {
    #[error("there is no such page")]
    NotFound,
    #[error("these pages are shown under the names localhost and 127.0.0.1 alone")]
    ForeignHost,
    #[error("this is not what the page sends")]
    BadRequest,
    #[error("this is larger than anything that the page sends")]
    TooLarge,
    /// What is wrong with a secret address, for its holder to read.
    #[error(transparent)]
    Link(#[from] LinkRefused),
    /// The world's; its causes go to the log and not to the reader.
    #[error("this page cannot be shown now")]
    Failed(#[from] anyhow::Error),
}

impl WebError {
    /// Why a body cannot be read.
    pub(super) fn body(why: BytesRejection) -> WebError {
        WebError::unread(why.status())
    }

    /// Why a part of a form cannot be read.
    pub(super) fn part(why: MultipartError) -> WebError {
        WebError::unread(why.status())
    }

    fn unread(status: StatusCode) -> WebError {
        match status {
            StatusCode::PAYLOAD_TOO_LARGE => WebError::TooLarge,
            _ => WebError::BadRequest,
        }
    }
}

impl IntoResponse for WebError {
    fn into_response(self) -> Response {
        let status = match &self {
            WebError::NotFound => StatusCode::NOT_FOUND,
            WebError::BadRequest => StatusCode::BAD_REQUEST,
            WebError::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            WebError::Link(LinkRefused::Unknown) => StatusCode::NOT_FOUND,
            WebError::Link(LinkRefused::Expired { .. } | LinkRefused::Revoked) => StatusCode::GONE,
            WebError::ForeignHost => StatusCode::MISDIRECTED_REQUEST,
            WebError::Failed(cause) => {
                tracing::error!("a page failed: {cause:#}");
                StatusCode::INTERNAL_SERVER_ERROR
            }
        };
        (status, [(header::CONTENT_TYPE, "text/plain; charset=utf-8")], format!("{self}\n")).into_response()
    }
}

impl From<std::io::Error> for WebError {
    fn from(error: std::io::Error) -> WebError {
        match error.kind() {
            std::io::ErrorKind::NotFound => WebError::NotFound,
            _ => WebError::Failed(error.into()),
        }
    }
}

/// Gives an answer that came too late its words: whose language it is nobody has read by then, so in each.
pub(super) async fn with_words(answer: Response) -> Response {
    static WORDS: LazyLock<String> = LazyLock::new(|| {
        let locales = Locales::load();
        Language::ALL.map(|language| locales.say(language, "web-too-late", &[])).join("\n") + "\n"
    });
    if answer.status() != StatusCode::GATEWAY_TIMEOUT || answer.headers().contains_key(header::CONTENT_TYPE) {
        return answer;
    }
    (answer.status(), [(header::CONTENT_TYPE, "text/plain; charset=utf-8")], WORDS.as_str()).into_response()
}

pub(super) async fn not_found() -> WebError {
    WebError::NotFound
}
