//! How a machine is tried: every state, every act, everybody.
//!
//! What is expected comes of the machine's own table. Whoever may perform an act moves the thing to the state
//! that the table names, or is refused with the code that is promised, and whoever may not is refused in every
//! state alike: as for a thing that is not there, where they cannot see it.
use super::cast::Person;
use super::way::{How, Send, Way};
use crate::support::{Client, Response};
use ordering::Machine;
use std::collections::BTreeMap;
use std::fmt::Debug;
use std::time::Instant;
use uuid::Uuid;

/// What states and acts are.
pub trait Word: Copy + Eq + Debug + Into<&'static str> + 'static {}
impl<W: Copy + Eq + Debug + Into<&'static str> + 'static> Word for W {}

/// A machine with its things and the requests that move them.
pub trait Trial: Sized {
    type State: Word;
    type Act: Word;
    const STATES: &'static [Self::State];
    const ACTS: &'static [Self::Act];

    /// Everybody who tries.
    fn people(&self) -> Vec<&Person>;
    /// Somebody who sees the thing in every state.
    fn reader(&self) -> &Client;
    /// A fresh thing, moved to this state through the API.
    fn make(&self, state: Self::State) -> Thing;
    /// How an act comes about.
    fn ways(act: Self::Act) -> Vec<Way<Self>>;
}

/// Something that is in a state.
pub struct Thing {
    /// Where it is read.
    pub path: String,
    /// Ids and paths of what belongs to it.
    pub also: Vec<String>,
}

impl Thing {
    pub fn at(path: String) -> Self {
        Self {
            path,
            also: Vec::new(),
        }
    }

    pub fn with(mut self, also: impl Into<String>) -> Self {
        self.also.push(also.into());
        self
    }

    /// A thing like this one that is not there.
    fn nowhere(&self) -> Self {
        let fresh = |text: &String| match text.rsplit_once('/') {
            Some((before, last)) if last.parse::<Uuid>().is_ok() => {
                format!("{before}/{}", Uuid::now_v7())
            }
            None if text.parse::<Uuid>().is_ok() => Uuid::now_v7().to_string(),
            _ => text.clone(),
        };
        Self {
            path: fresh(&self.path),
            also: self.also.iter().map(fresh).collect(),
        }
    }
}

/// What was tried, and what was not as it should be.
#[derive(Default)]
pub struct Report {
    forbidden: usize,
    refused: usize,
    allowed: usize,
    passed: usize,
    wrong: Vec<String>,
}

impl Report {
    /// Says what was tried, and fails where anything was wrong.
    pub fn end(self, family: &str) {
        let Self {
            forbidden,
            refused,
            allowed,
            passed,
            wrong,
        } = self;
        let tried = forbidden + refused + allowed + passed;
        println!(
            "{family}: {tried} tried: {forbidden} not theirs, {refused} in a wrong state, {allowed} allowed, \
             {passed} by time"
        );
        assert!(
            wrong.is_empty(),
            "{family}: {} of {tried} went wrong, the first of them:\n{}",
            wrong.len(),
            wrong.get(..40).unwrap_or(&wrong).join("\n")
        );
    }
}

/// Tries every act in every state by everybody.
pub fn run<T: Trial>(trial: &T, machine: &'static Machine<T::State, T::Act>, report: &mut Report) {
    let began = Instant::now();
    for (act, from, _) in machine.table {
        let mut ways = T::ways(*act).into_iter();
        let performed = ways.any(|way| way.performs(*from));
        assert!(
            performed,
            "a {} has no way to {act:?} from {from:?}",
            machine.noun
        );
    }
    let mut tried = Tried {
        trial,
        machine,
        report,
        nowhere: BTreeMap::new(),
        sees: BTreeMap::new(),
    };
    for state in T::STATES {
        tried.in_state(*state);
    }
    println!("  {}: {:.1?}", machine.noun, began.elapsed());
}

/// Status, code and detail of a refusal.
type Answer = (u16, String, String);

struct Tried<'t, T: Trial> {
    trial: &'t T,
    machine: &'static Machine<T::State, T::Act>,
    report: &'t mut Report,
    /// How somebody is refused about a thing that is not there, by act, way and person.
    nowhere: BTreeMap<(&'static str, usize, String), Answer>,
    /// Who sees what, in the present state.
    sees: BTreeMap<(String, String), bool>,
}

/// An act, the number of a way in which it comes about, and the way.
type Tries<'w, T> = (<T as Trial>::Act, usize, &'w Way<T>);

impl<T: Trial> Tried<'_, T> {
    fn in_state(&mut self, state: T::State) {
        let thing = self.trial.make(state);
        self.sees.clear();
        // What the worker does to another thing it could do to this one too: refusals come first.
        self.each_way(state, |tried, (act, at, way)| {
            if let How::Request(send) = way.how {
                tried.refusals(&thing, state, (act, at, way), send);
            }
        });
        self.each_way(state, |tried, (act, _, way)| match way.how {
            How::Request(send) => tried.allowances(state, (act, way), send),
            How::Time(pass) => tried.passing(state, (act, way), pass),
            How::Consequence => {}
        });
    }

    fn each_way(&mut self, state: T::State, visit: impl Fn(&mut Self, Tries<'_, T>)) {
        for act in T::ACTS {
            let ways = T::ways(*act).into_iter().enumerate();
            for (at, way) in ways.filter(|(_, way)| way.is_tried(state)) {
                visit(self, (*act, at, &way));
            }
        }
    }

    /// The thing as it is now, in the state that it must be in.
    fn read(&self, thing: &Thing, state: T::State) -> Response {
        let word: &str = state.into();
        let read = self.trial.reader().get(&thing.path).expect(200);
        assert_eq!(read.body["status"], word, "{}", thing.path);
        read
    }

    /// A thing that is fit for the way.
    fn made(&self, state: T::State, way: &Way<T>) -> Thing {
        way.make.unwrap_or(T::make)(self.trial, state)
    }

    fn next(&self, state: T::State, act: T::Act, way: &Way<T>) -> Option<T::State> {
        let next = self.machine.next(state, act).ok();
        let next = next.filter(|_| way.performs(state))?;
        match way.then {
            Some(act) => self.machine.next(next, act).ok(),
            None => Some(next),
        }
    }

    /// Everybody to whom the act is not theirs, or who comes in a wrong state: refused, and nothing changes.
    fn refusals(
        &mut self,
        thing: &Thing,
        state: T::State,
        (act, at, way): Tries<'_, T>,
        send: Send<T>,
    ) {
        let allowed = self.next(state, act, way).is_some();
        let own = (allowed && way.make.is_some()).then(|| self.made(state, way));
        let thing = own.as_ref().unwrap_or(thing);
        let before = self.read(thing, state);
        for person in self.trial.people() {
            let theirs = (way.of)(state).contains(&person.name.as_str());
            if theirs && allowed {
                continue;
            }
            let answer = send(self.trial, &person.client, thing, &before.etag);
            if theirs {
                self.report.refused += 1;
                let code = (way.code)(state);
                let refused = matches!(answer.status, 409 | 422);
                if !refused || answer.body["code"] != code {
                    self.note(state, act, &person.name, code, &answer);
                }
            } else {
                self.report.forbidden += 1;
                let subject = (way.subject)(thing);
                if !self.is_seen_and_forbidden(subject, person, &answer) {
                    self.is_not_there(thing, state, (act, at, way), send, (person, &answer));
                }
            }
        }
        let after = self.trial.reader().get(&thing.path).expect(200);
        if (&after.etag, &after.body) != (&before.etag, &before.body) {
            self.note(state, act, "a refused attempt", "nothing changed", &after);
        }
    }

    /// Whether somebody who sees the thing is told that the act is not theirs.
    fn is_seen_and_forbidden(&mut self, subject: &str, by: &Person, answer: &Response) -> bool {
        let told = answer.body["code"].as_str().unwrap_or_default();
        if answer.status != 403 || !["forbidden", "not_admitted"].contains(&told) {
            return false;
        }
        let seen = (by.name.clone(), subject.to_owned());
        let sees = self.sees.entry(seen);
        *sees.or_insert_with(|| by.client.get(subject).status == 200)
    }

    /// Whoever does not see the thing is answered as if there were none, in every state.
    fn is_not_there(
        &mut self,
        thing: &Thing,
        state: T::State,
        (act, at, _): Tries<'_, T>,
        send: Send<T>,
        (person, answer): (&Person, &Response),
    ) {
        let of = |answer: &Response| -> Answer {
            let text = |field: &str| answer.body[field].as_str().unwrap_or_default().to_owned();
            (answer.status, text("code"), text("detail"))
        };
        let key = (act.into(), at, person.name.clone());
        let trial = self.trial;
        let nowhere = self
            .nowhere
            .entry(key)
            .or_insert_with(|| of(&send(trial, &person.client, &thing.nowhere(), "\"1\"")));
        let refused = matches!(
            (nowhere.0, nowhere.1.as_str()),
            (403, "forbidden" | "not_admitted") | (404, "not_found")
        );
        if !refused || *nowhere != of(answer) {
            let expected = format!("{nowhere:?} as of nothing");
            self.note(state, act, &person.name, &expected, answer);
        }
    }

    /// Each of those whose act it is, on a thing of their own: it comes to the state that the table names.
    fn allowances(&mut self, state: T::State, (act, way): (T::Act, &Way<T>), send: Send<T>) {
        let Some(next) = self.next(state, act, way) else {
            return;
        };
        let of = (way.of)(state);
        assert!(!of.is_empty(), "nobody may {act:?} from {state:?}");
        for name in of {
            let people = self.trial.people();
            let person = people.iter().find(|person| person.name == *name);
            let person = person.unwrap_or_else(|| panic!("nobody is {name}"));
            let thing = self.made(state, way);
            (way.ready)(self.trial, &thing, name);
            let etag = self.read(&thing, state).etag;
            let answer = send(self.trial, &person.client, &thing, &etag);
            self.report.allowed += 1;
            if (200..300).contains(&answer.status) {
                self.arrived(state, act, name, next, &thing);
            } else {
                self.note(state, act, name, "success", &answer);
            }
        }
    }

    fn arrived(&mut self, from: T::State, act: T::Act, who: &str, to: T::State, thing: &Thing) {
        let word: &str = to.into();
        let after = self.trial.reader().get(&thing.path).expect(200);
        if after.body["status"] != word {
            self.note(from, act, who, word, &after);
        }
    }

    /// Time performs the act where the table has it, and nowhere else.
    fn passing(&mut self, state: T::State, (act, way): (T::Act, &Way<T>), pass: fn(&T, &Thing)) {
        let thing = self.made(state, way);
        (way.ready)(self.trial, &thing, "time");
        self.read(&thing, state);
        pass(self.trial, &thing);
        self.report.passed += 1;
        let next = self.next(state, act, way).unwrap_or(state);
        self.arrived(state, act, "time", next, &thing);
    }

    fn note(&mut self, state: T::State, act: T::Act, who: &str, expected: &str, got: &Response) {
        let noun = self.machine.noun;
        let (state, act): (&str, &str) = (state.into(), act.into());
        let code = &got.body["code"];
        let (status, detail) = (&got.body["status"], &got.body["detail"]);
        self.report.wrong.push(format!(
            "{noun} {state}, {act} by {who}: {expected} expected, {} {code} {status} {detail}",
            got.status
        ));
    }
}
