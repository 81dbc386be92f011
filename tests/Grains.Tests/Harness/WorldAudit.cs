namespace Commission.Grains.Tests.Harness;

/// <content>Of a world of this project.</content>
internal static partial class Audit
{
    /// <summary>Waits until every event is credited, then compares every figure.</summary>
    public static async Task CheckAsync(World world)
    {
        await world.SettleAsync();
        await CheckAsync(world, world);
    }
}
