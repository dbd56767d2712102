fn main() {
    println!("{}", store::total(&[1, 2]));
}
