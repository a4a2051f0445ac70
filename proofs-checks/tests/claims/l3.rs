crate::claim_tests!(l3: checks [softplus_stays_within_an_eighth_of_z_squared], controls [a_sixteenth_is_too_small]);
