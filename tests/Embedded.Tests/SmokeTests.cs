namespace Commission.Embedded.Tests; public sealed class SmokeTests { [Fact] public void Build_Scaffold_Passes() => Assert.True(true); }
