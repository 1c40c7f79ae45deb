//! `imath`: numbers scaled by 1000. The camera has CORDIC tables; here floating point does it, rounded to the nearest
//! thousandth, so a last digit may differ.

use std::f64::consts::{FRAC_PI_2, PI};

use super::args::{Args, error};
use crate::sim::vm::{Reply, Value};

pub(super) const NAMES: &[&str] = &[
    "imath.muldiv",
    "imath.mul",
    "imath.div",
    "imath.sinr",
    "imath.sind",
    "imath.cosr",
    "imath.cosd",
    "imath.tanr",
    "imath.tand",
    "imath.asinr",
    "imath.asind",
    "imath.acosr",
    "imath.acosd",
    "imath.atanr",
    "imath.atand",
    "imath.recr",
    "imath.recd",
    "imath.polr",
    "imath.pold",
    "imath.deg",
    "imath.rad",
    "imath.log",
    "imath.log2",
    "imath.log10",
    "imath.pow",
    "imath.sqrt",
    "imath.int",
    "imath.frac",
    "imath.ceil",
    "imath.floor",
    "imath.round",
];

pub(super) const CONSTANTS: &[(&str, i32)] =
    &[("imath.scale", 1000), ("imath.pi", 3142), ("imath.pi2", 6283), ("imath.pi_2", 1571)];

const SCALE: f64 = 1000.0;

/// By the name without `imath.`
pub(super) fn call(name: &str, args: Args) -> Option<Result<Reply, Reply>> {
    let known = NAMES.iter().any(|known| known.strip_prefix("imath.") == Some(name));
    known.then(|| compute(name, args).map(|values| Reply::Return(values.into_iter().map(Value::Int).collect())))
}

fn compute(name: &str, args: Args) -> Result<Vec<i32>, Reply> {
    let a = args.int(1)?;
    let x = f64::from(a) / SCALE;
    let second = || args.int(2).map(|b| f64::from(b) / SCALE);
    Ok(match name {
        "mul" => vec![scaled_product(a, args.int(2)?, 1000)?],
        "div" => vec![scaled_product(a, 1000, args.int(2)?)?],
        "muldiv" => vec![scaled_product(a, args.int(2)?, args.int(3)?)?],
        "int" => vec![a / 1000 * 1000],
        "frac" => vec![a % 1000],
        "floor" => vec![a.wrapping_sub(a.rem_euclid(1000))],
        "ceil" => vec![a.wrapping_add((-i64::from(a)).rem_euclid(1000) as i32)],
        "round" => vec![fixed(name, x.round())?],
        "recr" => pair(name, rectangular(x, second()?))?,
        "recd" => pair(name, rectangular(x, second()?.to_radians()))?,
        "polr" => pair(name, polar(x, second()?))?,
        "pold" => {
            let (r, angle) = polar(x, second()?);
            pair(name, (r, angle.to_degrees()))?
        }
        "pow" => vec![fixed(name, x.powf(second()?))?],
        _ => vec![fixed(name, one(name, x))?],
    })
}

/// a*b/c without overflow in between
fn scaled_product(a: i32, b: i32, c: i32) -> Result<i32, Reply> {
    if c == 0 {
        return Err(error("divide by 0"));
    }
    Ok((i64::from(a) * i64::from(b) / i64::from(c)) as i32)
}

fn one(name: &str, x: f64) -> f64 {
    match name {
        "sinr" => x.sin(),
        "sind" => x.to_radians().sin(),
        "cosr" => x.cos(),
        "cosd" => x.to_radians().cos(),
        "tanr" => x.tan(),
        "tand" if (x / 90.0).rem_euclid(2.0) == 1.0 => f64::INFINITY,
        "tand" => x.to_radians().tan(),
        "asinr" => x.asin(),
        "asind" => x.asin().to_degrees(),
        "acosr" => x.acos(),
        "acosd" => x.acos().to_degrees(),
        "atanr" => x.atan().clamp(-FRAC_PI_2, FRAC_PI_2),
        "atand" => x.atan().to_degrees(),
        "deg" => x.to_degrees(),
        "rad" => x / 180.0 * PI,
        "log" => x.ln(),
        "log2" => x.log2(),
        "log10" => x.log10(),
        _ => x.sqrt(),
    }
}

fn rectangular(r: f64, angle: f64) -> (f64, f64) {
    (r * angle.cos(), r * angle.sin())
}

fn polar(x: f64, y: f64) -> (f64, f64) {
    (x.hypot(y), y.atan2(x))
}

fn pair(name: &str, (a, b): (f64, f64)) -> Result<Vec<i32>, Reply> {
    Ok(vec![fixed(name, a)?, fixed(name, b)?])
}

/// What the camera gives for a result that there is none of, or none that fits, is not known: say so.
fn fixed(name: &str, x: f64) -> Result<i32, Reply> {
    let scaled = (x * SCALE).round();
    if scaled.is_nan() || scaled < f64::from(i32::MIN) || scaled > f64::from(i32::MAX) {
        return Err(error(format!("imath.{name}: out of range")));
    }
    Ok(scaled as i32)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn imath(name: &str, args: &[i32]) -> Result<Vec<i32>, Reply> {
        compute(name, Args(&args.iter().map(|&i| Value::Int(i)).collect::<Vec<_>>()))
    }

    #[test]
    fn thousandths_go_in_and_out() {
        for (name, args, result) in [
            ("mul", &[1500, 2000][..], &[3000][..]),
            ("mul", &[2_000_000, 1_000_000], &[2_000_000_000]),
            ("div", &[1000, 3000], &[333]),
            ("div", &[-1000, 3000], &[-333]),
            ("muldiv", &[100_000, 100_000, 50_000], &[200_000]),
            ("sind", &[30_000], &[500]),
            ("cosr", &[0], &[1000]),
            ("tand", &[45_000], &[1000]),
            ("asind", &[1000], &[90_000]),
            ("acosr", &[-1000], &[3142]),
            ("atand", &[1000], &[45_000]),
            ("recd", &[2000, 90_000], &[0, 2000]),
            ("pold", &[0, 2000], &[2000, 90_000]),
            ("polr", &[3000, 4000], &[5000, 927]),
            ("deg", &[3142], &[180_023]),
            ("rad", &[180_000], &[3142]),
            ("log", &[2718], &[1000]),
            ("log2", &[8000], &[3000]),
            ("log10", &[100], &[-1000]),
            ("pow", &[2000, 500], &[1414]),
            ("sqrt", &[2000], &[1414]),
            ("int", &[-1999], &[-1000]),
            ("frac", &[-1999], &[-999]),
            ("floor", &[-1001], &[-2000]),
            ("floor", &[3000], &[3000]),
            ("ceil", &[1001], &[2000]),
            ("ceil", &[-1999], &[-1000]),
            ("round", &[1500], &[2000]),
            ("round", &[-1500], &[-2000]),
            ("round", &[1499], &[1000]),
        ] {
            assert_eq!(imath(name, args), Ok(result.to_vec()), "{name} {args:?}");
        }
    }

    #[test]
    fn there_is_no_result_out_of_nothing() {
        assert_eq!(imath("div", &[1000, 0]), Err(error("divide by 0")));
        assert_eq!(imath("muldiv", &[1000, 1000, 0]), Err(error("divide by 0")));
        for (name, args) in
            [("log", &[0][..]), ("sqrt", &[-1]), ("asinr", &[1001]), ("tand", &[90_000]), ("pow", &[1000000, 3000])]
        {
            assert_eq!(imath(name, args), Err(error(format!("imath.{name}: out of range"))), "{args:?}");
        }
    }
}
