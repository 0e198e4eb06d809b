//! Distances. Positions are in degrees, WGS 84: latitude, longitude.

/// Sites within this distance, in kilometres, are worth one trip.
const NEAR_KM: f32 = 40.0;

/// A position rounded to a hundredth of a degree, at most about a kilometre.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Spot {
    latitude: i16,
    longitude: i16,
}

impl Spot {
    #[expect(clippy::cast_possible_truncation, reason = "at most 18,000, and `as` saturates")]
    pub(super) fn new((latitude, longitude): (f64, f64)) -> Spot {
        let hundredths = |degrees: f64| (degrees * 100.0).round() as i16;
        Spot { latitude: hundredths(latitude), longitude: hundredths(longitude) }
    }
}

/// Whether a spot is near a position. Treats the area as flat, which is accurate enough for this.
pub(super) fn is_near(spot: Spot, position: (f64, f64)) -> bool {
    const KM_A_HUNDREDTH: f32 = 1.112;
    let position = Spot::new(position);
    let north = f32::from(position.latitude) - f32::from(spot.latitude);
    if north.abs() * KM_A_HUNDREDTH > NEAR_KM {
        return false;
    }
    let east = (f32::from(position.longitude) - f32::from(spot.longitude) + 54_000.0).rem_euclid(36_000.0) - 18_000.0;
    let middle = (f32::from(position.latitude) + f32::from(spot.latitude)) / 200.0;
    (east * middle.to_radians().cos()).hypot(north) * KM_A_HUNDREDTH <= NEAR_KM
}

/// A position as a point on the unit sphere: straight distances between such points sort like those on the ground.
#[expect(clippy::cast_possible_truncation, reason = "a metre is exact enough")]
pub(super) fn on_the_sphere((latitude, longitude): (f64, f64)) -> [f32; 3] {
    let (north, up) = latitude.to_radians().sin_cos();
    let (east, ahead) = longitude.to_radians().sin_cos();
    [(up * ahead) as f32, (up * east) as f32, north as f32]
}

/// The squared straight distance between two points on the unit sphere, from 0 to 4.
pub(super) fn apart(a: [f32; 3], b: [f32; 3]) -> f32 {
    let [x, y, z] = [a[0] - b[0], a[1] - b[1], a[2] - b[2]];
    x * x + y * y + z * z
}

/// How far across the border an engineer is sent, in kilometres.
const REACH_KM: f32 = 300.0;

/// Whether a site abroad is within reach, by its squared straight distance.
pub(super) fn is_within_reach(apart: f32) -> bool {
    const EARTH_RADIUS_KM: f32 = 6_371.0;
    apart.sqrt() / 2.0 <= (REACH_KM / 2.0 / EARTH_RADIUS_KM).sin()
}

/// The position along a Z-order curve over cells of some 11 km, folded into [0, 1) every 256 cells.
pub(super) fn along_the_curve((latitude, longitude): (f64, f64)) -> f64 {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "degrees are small and shifted positive"
    )]
    let cell = |degrees: f64| ((degrees + 360.0) * 10.0) as u32;
    let mut z = 0_u32;
    for bit in 0..4 {
        z |= (cell(latitude) >> bit & 1) << (2 * bit + 1) | (cell(longitude) >> bit & 1) << (2 * bit);
    }
    f64::from(z) / 256.0
}

#[cfg(test)]
mod tests {
    use super::*;

    const MADRID: (f64, f64) = (40.42, -3.70);

    #[test]
    fn near_is_within_forty_kilometres_also_across_the_date_line() {
        assert!(is_near(Spot::new(MADRID), (40.48, -3.36)), "Alcalá de Henares, 30 km");
        assert!(!is_near(Spot::new(MADRID), (40.03, -3.60)), "Aranjuez, 44 km");
        assert!(!is_near(Spot::new(MADRID), (41.65, -4.72)), "Valladolid, 160 km");
        assert!(is_near(Spot::new((-16.8, 179.9)), (-16.8, -179.9)), "Taveuni, 21 km");
        assert!(!is_near(Spot::new((10.0, -180.0)), (10.0, 0.0)));
    }

    #[test]
    fn distances_on_the_sphere_order_as_ways_do() {
        let from_madrid = |position| apart(on_the_sphere(MADRID), on_the_sphere(position));
        let (toledo, barcelona, beijing) = ((39.86, -4.02), (41.39, 2.17), (39.90, 116.41));
        assert!(from_madrid(toledo) < from_madrid(barcelona));
        assert!(from_madrid(barcelona) < from_madrid(beijing));
        assert!(from_madrid(beijing) <= 4.0);
    }
}
