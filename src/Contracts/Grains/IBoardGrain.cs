using Commission.Contracts.Grains.V1;
using Google.Protobuf;

namespace Commission.Contracts.Grains;

/// <summary>
/// One leaderboard, for all who ask for it: it asks payees as long as somebody asks it, and keeps their figures.
/// Its key is <see cref="BoardKeys.Of"/>.
/// </summary>
[Alias("commission.board")]
public interface IBoardGrain : IGrainWithStringKey
{
    /// <summary>A page of the board; waits for another state, some seconds at most, if the request says so.</summary>
    /// <param name="request">Which part.</param>
    /// <param name="cancellation">Ends the wait.</param>
    [AlwaysInterleave]
    [Alias("read")]
    Task<Answer<BoardPage>> Read(BoardRead request, CancellationToken cancellation);
}

/// <summary>The keys of boards: tenant/definition.</summary>
public static class BoardKeys
{
    /// <summary>The key of a board: the same for equal definitions.</summary>
    public static string Of(string tenant, BoardDefinition definition) =>
        GrainKeys.Of(tenant, Convert.ToHexString(definition.ToByteArray()));

    /// <summary>The tenant and definition of a key.</summary>
    /// <exception cref="FormatException">It is not a board's.</exception>
    public static (string Tenant, BoardDefinition Definition) Split(string key)
    {
        var (tenant, id) = GrainKeys.Split(key);
        return (tenant, BoardDefinition.Parser.ParseFrom(Convert.FromHexString(id)));
    }
}
