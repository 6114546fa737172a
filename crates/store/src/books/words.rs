//! The few words that documents add of their own, in the language of who issues them.
use accounting::Purpose;

/// The words of one language.
#[derive(Clone, Copy, Debug)]
pub(super) struct Words {
    /// Carriage of a product.
    pub freight: &'static str,
    /// Work done on a product before its order was cancelled.
    pub work_done: &'static str,
    /// What a fund pays of a product's price.
    pub share: &'static str,
    /// In front of a purpose.
    pub premium: &'static str,
    purposes: [&'static str; 7],
}

const ENGLISH: Words = Words {
    freight: "Freight",
    work_done: "Work done",
    share: "Solidarity fund's share",
    premium: "Solidarity premium",
    purposes: [
        "materials and overhead",
        "wages",
        "hours",
        "democracy",
        "jobs",
        "reserve",
        "community",
    ],
};

const SPANISH: Words = Words {
    freight: "Flete",
    work_done: "Trabajo realizado",
    share: "Parte del fondo solidario",
    premium: "Premio solidario",
    purposes: [
        "materiales y gastos",
        "salarios",
        "jornada",
        "democracia",
        "puestos de trabajo",
        "reserva",
        "comunidad",
    ],
};

const PORTUGUESE: Words = Words {
    freight: "Frete",
    work_done: "Trabalho realizado",
    share: "Parte do fundo solidário",
    premium: "Prémio solidário",
    purposes: [
        "materiais e despesas",
        "salários",
        "jornada",
        "democracia",
        "postos de trabalho",
        "reserva",
        "comunidade",
    ],
};

impl Words {
    /// The words of a language that organisations can choose.
    pub(super) fn of(language: &str) -> Self {
        match language {
            "es" => SPANISH,
            "pt" => PORTUGUESE,
            _ => ENGLISH,
        }
    }

    /// Why a charge stands on a line.
    pub(super) fn reason(&self, purpose: Purpose) -> String {
        let at = Purpose::ALL.iter().position(|known| *known == purpose);
        let word = at.and_then(|at| self.purposes.get(at));
        format!("{}: {}", self.premium, word.copied().unwrap_or_default())
    }
}
