//! The one place that turns errors into responses.

use std::sync::OnceLock;

use axum::body::Body;
use axum::extract::multipart::MultipartError;
use axum::extract::rejection::BytesRejection;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};

use domain::access::LinkRefused;
use domain::language::Language;
use words::Locales;

/// Why a page cannot be shown.
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
    /// What is wrong with a secret address; its holder reads this.
    #[error(transparent)]
    Link(#[from] LinkRefused),
    /// A failure; its causes are logged and not shown to the reader.
    #[error("this page cannot be shown now")]
    Failed(#[from] anyhow::Error),
}

impl WebError {
    /// Why a request body could not be read.
    pub(super) fn body(why: BytesRejection) -> WebError {
        WebError::unread(why.status())
    }

    /// Why a part of a multipart form could not be read.
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

/// Adds a text in every language to a response without a body: on a timeout or a wrong method, the reader's language
/// has not been determined yet.
pub(super) async fn with_words(mut answer: Response) -> Response {
    if answer.headers().contains_key(header::CONTENT_TYPE) {
        return answer;
    }
    let words = match answer.status() {
        StatusCode::GATEWAY_TIMEOUT => in_each_language(&TOO_LATE, "web-too-late"),
        StatusCode::METHOD_NOT_ALLOWED => in_each_language(&WRONG_METHOD, "web-wrong-method"),
        _ => return answer,
    };
    let plain = HeaderValue::from_static("text/plain; charset=utf-8");
    answer.headers_mut().insert(header::CONTENT_TYPE, plain);
    answer.headers_mut().remove(header::CONTENT_LENGTH);
    *answer.body_mut() = Body::from(words);
    answer
}

static TOO_LATE: OnceLock<String> = OnceLock::new();
static WRONG_METHOD: OnceLock<String> = OnceLock::new();

/// A text in all languages, built once, for responses sent before the reader's language is known.
fn in_each_language(made: &'static OnceLock<String>, key: &str) -> &'static str {
    made.get_or_init(|| {
        let locales = Locales::load();
        Language::ALL.map(|language| locales.say(language, key, &[])).join("\n") + "\n"
    })
}

pub(super) async fn not_found() -> WebError {
    WebError::NotFound
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::body::to_bytes;

    #[tokio::test]
    async fn what_comes_too_late_says_so_in_every_language() {
        let said = async |status: StatusCode| {
            let answer = with_words(status.into_response()).await;
            assert_eq!(answer.status(), status);
            assert_eq!(answer.headers()[header::CONTENT_TYPE], "text/plain; charset=utf-8");
            String::from_utf8(to_bytes(answer.into_body(), 10_000).await.unwrap().to_vec()).unwrap()
        };
        assert_eq!(
            said(StatusCode::GATEWAY_TIMEOUT).await,
            "The office does not answer at the moment. Please try again in a minute.\n\
             La oficina no responde en este momento. Inténtelo de nuevo dentro de un minuto.\n\
             办公系统暂时没有响应，请稍后再试。\n"
        );
        assert_eq!(said(StatusCode::METHOD_NOT_ALLOWED).await.lines().count(), Language::ALL.len());
    }

    #[tokio::test]
    async fn a_page_that_says_something_itself_keeps_it() {
        let answer = with_words((StatusCode::GATEWAY_TIMEOUT, "the store is busy").into_response()).await;
        assert_eq!(to_bytes(answer.into_body(), 100).await.unwrap(), "the store is busy");
    }
}
