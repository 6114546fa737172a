//! Who makes what for whom: plans and their explanation.
