//! Reading and writing one part are opposites.

use timespan::format::format_part;
use timespan::parse::parse_part;
use timespan::units::Unit;

#[test]
fn a_part_survives_writing_and_reading() {
    for unit in Unit::ALL {
        for count in [0, 1, 59, 86_400] {
            assert_eq!(Some((count, unit)), parse_part(&format_part(count, unit)));
        }
    }
}
