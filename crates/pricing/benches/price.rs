//! One full itemised price, its request already parsed: a quote in another currency, a living wage
//! above the pay, a shorter week, assembly time, finance, a minimum and a trace.

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use pricing::PriceRequest;

const REQUEST: &str = include_str!("request.json");

fn request() -> PriceRequest {
    match pricing::read_request(REQUEST) {
        Ok(request) => request,
        Err(error) => unreachable!("the benchmark's request is well formed: {error}"),
    }
}

fn price(c: &mut Criterion) {
    let request = request();
    c.bench_function("price", |b| b.iter(|| pricing::price(black_box(&request))));
    // The same price with ten useless zeros behind each figure leaves 256 bits.
    let wide = wide(&request);
    c.bench_function("price of any width", |b| {
        b.iter(|| pricing::price(black_box(&wide)));
    });
    c.bench_function("price from JSON to JSON", |b| {
        b.iter(|| pricing::price_json(black_box(REQUEST)).map(|a| serde_json::to_string(&a)));
    });
}

fn wide(request: &PriceRequest) -> PriceRequest {
    let mut wide = request.clone();
    for figure in [
        &mut wide.quantity,
        &mut wide.cost_sheet.line_efficiency,
        &mut wide.workplace.monthly_pay,
        &mut wide.workplace.weekly_hours,
        &mut wide.workplace.on_cost_rate,
        &mut wide.rule_set.community_rate,
        &mut wide.rule_set.monthly_finance_rate,
    ] {
        figure.rescale(figure.scale() + 10);
    }
    wide
}

criterion_group!(benches, price);
criterion_main!(benches);
