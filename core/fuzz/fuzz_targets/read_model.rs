//! The reader of models on arbitrary bytes: an error or a model, never a panic.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    if let Ok(model) = lip1_core::read_model(bytes) {
        assert!(model.net().inputs() > 0);
    }
});
