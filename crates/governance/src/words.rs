//! Closed lists of words: an enum whose values have one written form each, in the database and in JSON.

/// Writes an enum with `ALL`, `as_str`, `parse` and `Display` from one list, so that the three cannot differ.
macro_rules! words {
    (
        $(#[$doc:meta])*
        $name:ident, $what:literal {
            $($(#[$variant_doc:meta])* $variant:ident = $word:literal),+ $(,)?
        }
    ) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name {
            $($(#[$variant_doc])* $variant),+
        }

        impl $name {
            /// Every value, in the order of its definition.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The written form.
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $word),+
                }
            }

            /// Reads the written form.
            ///
            /// # Errors
            /// [`GovernanceError::UnknownWord`](crate::GovernanceError::UnknownWord) for any other text.
            pub fn parse(text: &str) -> Result<Self, $crate::GovernanceError> {
                match text {
                    $($word => Ok(Self::$variant),)+
                    _ => Err($crate::GovernanceError::UnknownWord {
                        what: $what,
                        word: text.to_owned(),
                    }),
                }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }
    };
}

pub(crate) use words;
