use lip1_checks::claims::CLAIMS;
use lip1_checks::page::mathml;

#[test]
fn every_registered_formula_becomes_mathml() {
    for claim in CLAIMS {
        let text = mathml(claim.formula).unwrap();
        assert!(text.starts_with("<math") && text.trim_end().ends_with("</math>"), "{}", claim.id);
        assert!(text.contains("display=\"block\"") && !text.contains("<merror"), "{}", claim.id);
    }
}
