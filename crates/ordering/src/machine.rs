//! State machines as data: a table of acts, read by the rules, the tests and the documentation alike.

/// The states of a thing and the acts that lead from one to another.
#[derive(Debug)]
pub struct Machine<S: 'static, A: 'static> {
    /// What is in these states, for people: "purchase order".
    pub noun: &'static str,
    /// The state in which it is made.
    pub initial: S,
    /// Every permitted act: the act, the state it starts from, the state it leads to.
    pub table: &'static [(A, S, S)],
}

/// An act that is not allowed in the present state (409).
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{} {noun} that is {state} does not allow {act:?}; it allows {}", article(.noun), or_nothing(.allowed))]
pub struct Refused {
    /// What the act was tried on.
    pub noun: &'static str,
    /// The state it is in.
    pub state: &'static str,
    /// The act that was tried.
    pub act: &'static str,
    /// The acts that its state allows.
    pub allowed: Vec<&'static str>,
}

impl Refused {
    /// The stable `snake_case` code of the refusal.
    pub const CODE: &'static str = "not_allowed_in_this_state";
}

/// What stands before a noun: "a pool", "an order".
fn article(noun: &str) -> &'static str {
    if noun.starts_with(['a', 'e', 'i', 'o', 'u']) {
        "an"
    } else {
        "a"
    }
}

fn or_nothing(allowed: &[&str]) -> String {
    if allowed.is_empty() {
        "nothing more".to_owned()
    } else {
        allowed.join(", ")
    }
}

impl<S, A> Machine<S, A>
where
    S: Copy + Eq + Into<&'static str>,
    A: Copy + Eq + Into<&'static str>,
{
    /// The state that `act` leads to from `state`.
    ///
    /// # Errors
    /// [`Refused`], with the acts that `state` does allow.
    pub fn next(&self, state: S, act: A) -> Result<S, Refused> {
        self.table
            .iter()
            .find(|(named, from, _)| *named == act && *from == state)
            .map(|(_, _, to)| *to)
            .ok_or_else(|| Refused {
                noun: self.noun,
                state: state.into(),
                act: act.into(),
                allowed: self.allowed(state).map(Into::into).collect(),
            })
    }

    /// The acts that `state` allows, in the table's order; none in a final state.
    pub fn allowed(&self, state: S) -> impl Iterator<Item = A> {
        self.table
            .iter()
            .filter(move |(_, from, _)| *from == state)
            .map(|(act, _, _)| *act)
    }

    /// The machine as a Mermaid `stateDiagram-v2`, one line per row of the table.
    pub fn mermaid(&self) -> String {
        let initial: &str = self.initial.into();
        let mut lines = vec![
            "stateDiagram-v2".to_owned(),
            format!("    [*] --> {initial}"),
        ];
        let mut finals: Vec<&str> = Vec::new();
        for (act, from, to) in self.table {
            let (act, from, name): (&str, &str, &str) =
                ((*act).into(), (*from).into(), (*to).into());
            lines.push(format!("    {from} --> {name}: {act}"));
            if self.allowed(*to).next().is_none() && !finals.contains(&name) {
                finals.push(name);
            }
        }
        lines.extend(finals.iter().map(|name| format!("    {name} --> [*]")));
        lines.join("\n") + "\n"
    }
}

/// Writes an enum whose values have one written form each.
macro_rules! named {
    (
        $(#[$doc:meta])*
        $name:ident, $what:literal { $($(#[$value_doc:meta])* $value:ident = $word:literal,)+ }
    ) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum $name {
            $($(#[$value_doc])* $value,)+
        }

        impl $name {
            /// Every value, in the order of its definition.
            pub const ALL: &'static [Self] = &[$(Self::$value,)+];

            /// The written form.
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$value => $word,)+
                }
            }

            /// Reads the written form.
            ///
            /// # Errors
            /// [`OrderingError::UnknownWord`](crate::OrderingError::UnknownWord) for any other text.
            pub fn parse(text: &str) -> Result<Self, crate::OrderingError> {
                let named = Self::ALL.iter().find(|value| value.as_str() == text);
                named.copied().ok_or_else(|| crate::OrderingError::UnknownWord {
                    what: $what,
                    word: text.to_owned(),
                })
            }
        }

        impl From<$name> for &'static str {
            fn from(value: $name) -> Self {
                value.as_str()
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.pad(self.as_str())
            }
        }
    };
}

pub(crate) use named;
