//! The ways in which an act comes about: a request of somebody, time, or something else that happened.
use super::trial::{Thing, Trial};
use crate::support::{Client, Response};

/// How a request is sent: by whom, about what, as of which ETag.
pub type Send<T> = fn(&T, &Client, &Thing, &str) -> Response;

/// What makes an act happen.
pub enum How<T> {
    /// A request.
    Request(Send<T>),
    /// The worker, as time passes.
    Time(fn(&T, &Thing)),
    /// Something else that happened.
    Consequence,
}

/// A way in which an act comes about.
pub struct Way<T: Trial> {
    pub how: How<T>,
    pub of: fn(T::State) -> &'static [&'static str],
    rows: Option<&'static [T::State]>,
    given: Option<&'static [T::State]>,
    pub then: Option<T::Act>,
    pub subject: fn(&Thing) -> &str,
    pub ready: fn(&T, &Thing, &str),
    pub make: Option<fn(&T, T::State) -> Thing>,
    pub code: fn(T::State) -> &'static str,
}

impl<T: Trial> Way<T> {
    fn new(how: How<T>, of: fn(T::State) -> &'static [&'static str]) -> Self {
        Self {
            how,
            of,
            rows: None,
            given: None,
            then: None,
            subject: |thing| &thing.path,
            ready: |_, _, _| {},
            make: None,
            code: |_| "wrong_state",
        }
    }

    /// A request of these people, by the state that the thing is in.
    pub fn request(of: fn(T::State) -> &'static [&'static str], send: Send<T>) -> Self {
        Self::new(How::Request(send), of)
    }

    /// Time passes, and the worker sees to it.
    pub fn time(pass: fn(&T, &Thing)) -> Self {
        Self::new(How::Time(pass), |_| &[])
    }

    /// No request asks for it: it follows from something else, for the reason stated, and
    /// [`Trial::make`] has things that it happened to.
    pub fn consequence(reason: &'static str) -> Self {
        assert!(!reason.is_empty());
        Self::new(How::Consequence, |_| &[])
    }

    /// It performs the table's rows from these states only: another way performs the others.
    pub fn from(mut self, rows: &'static [T::State]) -> Self {
        self.rows = Some(rows);
        self
    }

    /// It can be tried in these states only: in the others it is something else, or cannot be phrased.
    pub fn given(mut self, given: &'static [T::State]) -> Self {
        self.given = Some(given);
        self
    }

    /// It performs this act too, in the same breath.
    pub fn then(mut self, act: T::Act) -> Self {
        self.then = Some(act);
        self
    }

    /// The request is about something that belongs to the thing.
    pub fn about(mut self, subject: fn(&Thing) -> &str) -> Self {
        self.subject = subject;
        self
    }

    /// What else has to have happened before somebody is allowed.
    pub fn once(mut self, ready: fn(&T, &Thing, &str)) -> Self {
        self.ready = ready;
        self
    }

    /// It is performed on things made otherwise.
    pub fn on(mut self, make: fn(&T, T::State) -> Thing) -> Self {
        self.make = Some(make);
        self
    }

    /// What refuses it in a state that does not allow it, where that is not `wrong_state`.
    pub fn refused_as(mut self, code: fn(T::State) -> &'static str) -> Self {
        self.code = code;
        self
    }

    /// Whether it can be tried in the state.
    pub fn is_tried(&self, state: T::State) -> bool {
        self.given.is_none_or(|given| given.contains(&state))
    }

    /// Whether it performs the table's row from the state.
    pub fn performs(&self, state: T::State) -> bool {
        self.is_tried(state) && self.rows.is_none_or(|rows| rows.contains(&state))
    }
}
