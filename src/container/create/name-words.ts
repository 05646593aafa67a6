/** First halves of made-up container names. */
export const ADJECTIVES: readonly string[] = (
  "able agile amber ample ardent balanced beaming bold brave breezy bright brisk buoyant calm " +
  "candid careful cheerful clear clever coastal cosmic courteous crisp curious daring dashing " +
  "dauntless deft devoted diligent dreamy driven eager earnest easy elegant epic exact fair " +
  "fearless festive fluent fond frank gallant gentle genuine gleaming glad graceful grand happy " +
  "hardy hearty helpful honest hopeful humble inventive jolly jovial keen kind lively lucid lucky " +
  "mellow merry mighty modest nautical neat nimble noble patient peaceful placid plucky polished " +
  "proud prudent quick quiet radiant ready resolute robust sage serene sharp sincere sleek smooth " +
  "snug sound spirited steady sturdy sunny swift tidy tranquil trusty upbeat valiant vivid warm " +
  "wise witty zesty"
).split(" ");

/** Second halves: people of science, mathematics and engineering. */
export const SURNAMES: readonly string[] = (
  "abel adams agnesi airy alhazen ampere anning apgar archimedes aristarchus atanasoff avogadro " +
  "babbage backus banach bardeen bassi becquerel bell bernoulli berners bessel blackwell bohr " +
  "boltzmann boole borg born bose boyle brahe brahmagupta braille brattain bronte brunel burnell " +
  "cannon cantor carnot carson carver cassini cauchy cavendish celsius cerf chandrasekhar chatelet " +
  "chebyshev church clarke codd coulomb cray crick curie cuvier daguerre dalton darwin davy " +
  "dedekind descartes dijkstra dirac doppler eddington edison ehrlich einstein engelbart erdos " +
  "euclid euler faraday fermat fermi feynman fibonacci fleming foucault fourier franklin fresnel " +
  "galileo galois galvani gauss germain gibbs godel goldberg goodall hamilton hamming harvey " +
  "hawking heaviside heisenberg henry hermite herschel hertz hilbert hipparchus hodgkin hopper " +
  "hubble humboldt huygens hypatia jacobi jenner joule kapitza kelvin kepler khayyam khwarizmi " +
  "kilby knuth kolmogorov kovalevskaya lagrange lamarr lamport landau laplace lavoisier leavitt " +
  "lebesgue leeuwenhoek legendre leibniz linnaeus liskov lister lorentz lovelace lumiere mach " +
  "marconi maxwell mcclintock mccarthy meitner mendel mendeleev mercator michelson minkowski " +
  "mirzakhani morse napier neumann newton nightingale nobel noether noyce oersted ohm oppenheimer " +
  "pascal pasteur pauli pauling payne perlman planck poincare poisson ptolemy pythagoras ramanujan " +
  "raman rayleigh riemann ritchie roentgen rubin rutherford sagan salk schrodinger shannon shockley " +
  "siemens sinoussi sklodowska somerville stallman stokes swirles tesla thales thompson torricelli " +
  "torvalds tu turing vaughan villani volta watt wegener weierstrass wiles wing wozniak wright " +
  "yalow yonath yukawa zuse"
).split(" ");
