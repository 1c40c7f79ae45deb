//! Where on a device PTP is spoken, by its descriptors.

use rusb::{Context, Direction, TransferType};

/// Class, subclass and protocol of an interface that speaks PTP (PIMA 15740 §4.3).
pub(super) const STILL_IMAGE: (u8, u8, u8) = (6, 1, 1);

/// Where on a device PTP is spoken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Interface {
    pub configuration: u8,
    pub number: u8,
    pub setting: u8,
    /// Address of the endpoint that data comes from.
    pub input: u8,
    /// Address of the one that data goes to.
    pub output: u8,
    /// Bytes in a packet of the endpoint that data goes out on.
    pub packet: u16,
}

/// One setting of an interface, as the descriptors of a device have it.
struct Setting {
    configuration: u8,
    number: u8,
    setting: u8,
    class: (u8, u8, u8),
    endpoints: Vec<Endpoint>,
}

struct Endpoint {
    address: u8,
    direction: Direction,
    kind: TransferType,
    packet: u16,
}

impl Interface {
    /// The first interface of the class, with an endpoint each way.
    pub fn find(device: &rusb::Device<Context>) -> Option<Self> {
        let configurations = device.device_descriptor().ok()?.num_configurations();
        let configurations = (0..configurations).filter_map(|index| device.config_descriptor(index).ok());
        configurations.map(|configuration| settings(&configuration)).find_map(|settings| Self::among(&settings))
    }

    fn among(settings: &[Setting]) -> Option<Self> {
        settings.iter().filter(|setting| setting.class == STILL_IMAGE).find_map(|setting| {
            let bulk = |direction| {
                let mut endpoints = setting.endpoints.iter();
                endpoints.find(|endpoint| endpoint.kind == TransferType::Bulk && endpoint.direction == direction)
            };
            let (input, output) = (bulk(Direction::In)?, bulk(Direction::Out)?);
            Some(Self {
                configuration: setting.configuration,
                number: setting.number,
                setting: setting.setting,
                input: input.address,
                output: output.address,
                // A packet of no bytes would end every transfer.
                packet: output.packet.max(8),
            })
        })
    }
}

fn settings(configuration: &rusb::ConfigDescriptor) -> Vec<Setting> {
    let settings = configuration.interfaces().flat_map(|interface| interface.descriptors());
    settings
        .map(|setting| Setting {
            configuration: configuration.number(),
            number: setting.interface_number(),
            setting: setting.setting_number(),
            class: (setting.class_code(), setting.sub_class_code(), setting.protocol_code()),
            endpoints: setting
                .endpoint_descriptors()
                .map(|endpoint| Endpoint {
                    address: endpoint.address(),
                    direction: endpoint.direction(),
                    kind: endpoint.transfer_type(),
                    packet: endpoint.max_packet_size(),
                })
                .collect(),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A setting of interface `number`, with the endpoints of a camera at this packet size.
    fn setting(number: u8, setting: u8, class: (u8, u8, u8), packet: u16) -> Setting {
        let endpoint = |address: u8, kind| {
            let direction = if address & 0x80 == 0 { Direction::Out } else { Direction::In };
            Endpoint { address, direction, kind, packet }
        };
        let (bulk, interrupt) = (TransferType::Bulk, TransferType::Interrupt);
        // The one for events comes first, to be told from those for data.
        let endpoints = vec![endpoint(0x83, interrupt), endpoint(0x81, bulk), endpoint(0x02, bulk)];
        Setting { configuration: 1, number, setting, class, endpoints }
    }

    #[test]
    fn the_endpoints_for_data_are_those_of_the_still_image_class() {
        let found = Interface::among(&[setting(0, 0, (255, 1, 1), 64), setting(1, 0, STILL_IMAGE, 512)]);
        let expected = Interface { configuration: 1, number: 1, setting: 0, input: 0x81, output: 0x02, packet: 512 };
        assert_eq!(found, Some(expected), "behind an interface of the maker's own");
        let slow = Interface::among(&[setting(0, 0, STILL_IMAGE, 64)]).unwrap();
        assert_eq!(slow.packet, 64, "at full speed");
    }

    #[test]
    fn a_setting_that_lacks_an_endpoint_is_passed_over() {
        let mut idle = setting(0, 0, STILL_IMAGE, 512);
        idle.endpoints.retain(|endpoint| endpoint.kind != TransferType::Bulk);
        let mut mute = setting(0, 1, STILL_IMAGE, 512);
        mute.endpoints.retain(|endpoint| endpoint.address != 0x02);
        assert_eq!(Interface::among(&[idle, mute]), None);
        let mut idle = setting(0, 0, STILL_IMAGE, 512);
        idle.endpoints.clear();
        assert_eq!(Interface::among(&[idle, setting(0, 1, STILL_IMAGE, 512)]).unwrap().setting, 1);
    }

    #[test]
    fn what_is_no_camera_has_no_such_interface() {
        // a card reader, a printer, a hub's, another protocol of the image class
        for class in [(8, 6, 80), (7, 1, 2), (9, 0, 0), (6, 1, 2)] {
            assert_eq!(Interface::among(&[setting(0, 0, class, 512)]), None, "{class:?}");
        }
        assert_eq!(Interface::among(&[]), None);
    }

    #[test]
    fn packets_of_no_bytes_are_not_believed() {
        assert_eq!(Interface::among(&[setting(0, 0, STILL_IMAGE, 0)]).unwrap().packet, 8);
    }
}
