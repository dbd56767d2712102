#[test]
fn prints() {
    let out = std::process::Command::new(env!("CARGO_BIN_EXE_shop"))
        .output()
        .unwrap();
    assert_eq!(out.stdout, b"3\n");
}
