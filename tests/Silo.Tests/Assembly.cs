using Commission.Silo.Tests.Hosts;

[assembly: AssemblyFixture(typeof(ThreeYears))]
