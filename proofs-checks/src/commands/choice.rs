//! Arguments that are one of a few names.

use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};
use lip1_checks::Budget;
use lip1_checks::experiments::Setting;

/// How much work a run of claims may do.
pub(super) fn budget() -> impl TypedValueParser<Value = Budget> {
    let help = |budget| match budget {
        Budget::Quick => "Seconds on a small machine",
        Budget::Standard => "Minutes",
        Budget::Deep => "Hours",
    };
    one_of(Budget::ALL.map(|budget| (budget, budget.name(), help(budget))))
}

/// How much of an experiment is done.
pub(super) fn setting() -> impl TypedValueParser<Value = Setting> {
    let help = |setting| match setting {
        Setting::Quick => "Seconds: enough to see that everything works",
        Setting::Full => "Minutes: the figures that the notebooks show",
    };
    one_of(Setting::ALL.map(|setting| (setting, setting.name(), help(setting))))
}

fn one_of<T: Copy + Send + Sync + 'static, const N: usize>(
    values: [(T, &'static str, &'static str); N],
) -> impl TypedValueParser<Value = T> {
    let names = values.map(|(_, name, help)| PossibleValue::new(name).help(help));
    PossibleValuesParser::new(names).try_map(move |text| {
        let found = values.iter().find(|(_, name, _)| *name == text);
        found.map(|(value, ..)| *value).ok_or("no such name")
    })
}
