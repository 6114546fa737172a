//! Any text is a refusal or a plan that holds; nothing panics.

#![no_main]

use libfuzzer_sys::fuzz_target;
use matching::{Request, check, plan};

/// Larger requests only take longer.
const MOST: usize = 24;

fuzz_target!(|text: &str| {
    let Ok(request) = Request::from_json(text) else {
        return;
    };
    let periods: usize = request
        .offers
        .iter()
        .map(|offer| offer.capacity.len())
        .sum();
    if request.lines.len() > MOST || request.offers.len() > MOST || periods > 10 * MOST {
        return;
    }
    if let Ok(plan) = plan(&request) {
        assert_eq!(check(&request, &plan), Ok(()));
    }
});
