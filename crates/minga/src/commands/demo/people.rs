//! Who is in the story.
use super::cast::{Card, Org, Stage};
use super::show::{say, step};

const NETWORK_AR: Card = Card {
    kind: "network",
    name: "Red de Cooperativas de Trabajo del Sur",
    country: "AR",
    language: "es",
    tax_id: "30708134569",
    founder: ("Rosa Verificadora", "rosa@red-sur"),
    roles: &["verifier", "fund_steward"],
};
const NETWORK_ZA: Card = Card {
    kind: "network",
    name: "Worker Co-operative Network of Southern Africa",
    country: "ZA",
    language: "en",
    tax_id: "4070814567",
    founder: ("Vusi Verifier", "vusi@network"),
    roles: &["verifier", "fund_steward"],
};
const CERAMIC: Card = Card {
    kind: "cooperative",
    name: "Cooperativa Cerámica del Limay",
    country: "AR",
    language: "es",
    tax_id: "30708156783",
    founder: ("Raúl del Horno", "raul@limay"),
    roles: &["seller", "assembly_secretary"],
};
const TEXTILE: Card = Card {
    kind: "cooperative",
    name: "Cooperativa Textil La Marea",
    country: "AR",
    language: "es",
    tax_id: "30708167890",
    founder: ("Celia Costura", "celia@lamarea"),
    roles: &["seller", "assembly_secretary"],
};
const PAPERS: Card = Card {
    kind: "cooperative",
    name: "Ubuntu Print & Paper Workers' Co-operative",
    country: "ZA",
    language: "en",
    tax_id: "4070817900",
    founder: ("Nomsa Press", "nomsa@ubuntu"),
    roles: &["seller", "assembly_secretary"],
};
const TEACHERS: Card = Card {
    kind: "union",
    name: "Unión Docente de la Provincia",
    country: "AR",
    language: "es",
    tax_id: "30708190116",
    founder: ("Ana Compras", "compras@docentes"),
    roles: &["buyer"],
};
const BUILDERS: Card = Card {
    kind: "union",
    name: "Sindicato de la Construcción",
    country: "AR",
    language: "es",
    tax_id: "30708201223",
    founder: ("Luis Obra", "luis@construccion"),
    roles: &["buyer", "approver"],
};
const RURAL: Card = Card {
    kind: "union",
    name: "Sindicato de Trabajadores Rurales",
    country: "AR",
    language: "es",
    tax_id: "30708212330",
    founder: ("Elsa Surco", "elsa@rurales"),
    roles: &["buyer", "approver"],
};
const MUNICIPAL: Card = Card {
    kind: "union",
    name: "Municipal & Allied Workers' Union",
    country: "ZA",
    language: "en",
    tax_id: "4070822344",
    founder: ("Thabo Office", "thabo@municipal"),
    roles: &["buyer"],
};
const UNEMPLOYED: Card = Card {
    kind: "community",
    name: "Movimiento de Trabajadores Desocupados",
    country: "AR",
    language: "es",
    tax_id: "30708234555",
    founder: ("Mirta Olla", "mirta@desocupados"),
    roles: &["buyer", "approver"],
};

pub struct Cast {
    pub network: Org,
    pub southern: Org,
    pub ceramic: Org,
    pub textile: Org,
    pub papers: Org,
    pub teachers: Org,
    pub builders: Org,
    pub rural: Org,
    pub municipal: Org,
    pub unemployed: Org,
}

pub fn meet(stage: &Stage) -> anyhow::Result<Cast> {
    step(1, "Who is here");
    let operator = stage.operator()?;
    let network = stage.admit(&NETWORK_AR, &operator)?;
    let southern = stage.admit(&NETWORK_ZA, &operator)?;
    let cast = Cast {
        ceramic: stage.admit(&CERAMIC, &network.person)?,
        textile: stage.admit(&TEXTILE, &network.person)?,
        papers: stage.admit(&PAPERS, &southern.person)?,
        teachers: stage.admit(&TEACHERS, &operator)?,
        builders: stage.admit(&BUILDERS, &operator)?,
        rural: stage.admit(&RURAL, &operator)?,
        municipal: stage.admit(&MUNICIPAL, &operator)?,
        unemployed: stage.admit(&UNEMPLOYED, &operator)?,
        network,
        southern,
    };
    for org in [&cast.network, &cast.southern] {
        say(&format!("{} (network, admitted by the operator)", org.name));
    }
    for org in [&cast.ceramic, &cast.textile, &cast.papers] {
        say(&format!(
            "{} (co-operative, admitted by its network)",
            org.name
        ));
    }
    for org in [
        &cast.teachers,
        &cast.builders,
        &cast.rural,
        &cast.municipal,
        &cast.unemployed,
    ] {
        say(&format!("{} (buyer)", org.name));
    }
    Ok(cast)
}
