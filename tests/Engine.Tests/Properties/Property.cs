using Commission.Engine.Tests.Generators;
using FsCheck;
using FsCheck.Fluent;
using Microsoft.FSharp.Core;

namespace Commission.Engine.Tests.Properties;

/// <summary>Runs a check over random worlds, and shrinks the first that fails it.</summary>
internal static class Property
{
    /// <summary>Checks random worlds; what it throws says what is wrong with one.</summary>
    /// <param name="percent">The property's part of <see cref="Cases.Total"/>.</param>
    /// <param name="stream">Two properties of different streams see different worlds.</param>
    /// <param name="check">Throws where the property does not hold.</param>
    public static void Holds(double percent, int stream, Action<World> check)
    {
        World? smallest = null;
        var (why, failures) = ("", 0);
        void Try(World world)
        {
            try
            {
                check(world);
            }
            catch (Exception exception)
            {
                (smallest, why, failures) = (world, exception.Message, failures + 1);
                throw;
            }
        }

        try
        {
            Check.One(Configured(percent, stream), Prop.ForAll(Arb.From(Worlds(), Shrinker.Smaller), Try));
        }
        catch (Exception) when (smallest is not null)
        {
            Assert.Fail($"{why}\nAfter {failures - 1} steps of shrinking:\n{smallest}");
        }
    }

    private static Gen<World> Worlds() => Cases.Seed is { } seed
        ? Gen.Constant(seed).Select(World.Of)
        : Gen.Choose(0, int.MaxValue).Select(World.Of);

    // The same worlds in every run: a change of the code makes a test fail, chance does not.
    private static Config Configured(double percent, int stream)
    {
        var count = Cases.Seed is null ? Math.Max(1, (int)(Cases.Total * percent / 100)) : 1;
        var random = new Rnd((ulong)stream, 2 * (ulong)stream + 1);
        return Config.QuickThrowOnFailure
            .WithMaxTest(count)
            .WithQuietOnSuccess(true)
            .WithReplay(new Replay(random, FSharpOption<int>.None));
    }
}
