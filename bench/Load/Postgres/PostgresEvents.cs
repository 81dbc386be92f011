using Commission.Load.Events;

namespace Commission.Load.Postgres;

/// <summary>
/// <see cref="EventsLoad"/> on PostgreSQL, beside rows of the same size inserted into one table of the same server.
/// What it says of processor time is this process, without the server.
/// </summary>
internal static class PostgresEvents
{
    /// <summary>Runs on a server that is named, or on one of its own.</summary>
    public static async Task RunAsync(string? connection, int count)
    {
        await using var server = await LoadServer.OpenAsync(connection);
        await EventsLoad.RunAsync(
            "events-postgres", await server.CreateStoreAsync(), count, new EventGoals(0.12));
    }
}
