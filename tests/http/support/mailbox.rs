//! Letters as their readers see them.
use mail_parser::MessageParser;

/// A letter that arrived.
#[derive(Debug, Clone)]
pub struct Mail {
    pub to: String,
    pub subject: String,
    pub text: String,
}

pub fn read(raw: &str) -> Mail {
    let message = MessageParser::default()
        .parse(raw)
        .expect("a well-formed message");
    Mail {
        to: message
            .to()
            .and_then(|to| to.first())
            .and_then(|to| to.address())
            .unwrap_or_default()
            .to_owned(),
        subject: message.subject().unwrap_or_default().to_owned(),
        text: message.body_text(0).unwrap_or_default().into_owned(),
    }
}
