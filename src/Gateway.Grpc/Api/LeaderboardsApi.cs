using System.Runtime.CompilerServices;
using Commission.Contracts.Grains;
using Commission.Contracts.Grains.V1;
using Commission.Contracts.V1;
using Commission.Gateway.Grpc.Security;

namespace Commission.Gateway.Grpc.Api;

/// <summary>Handlers of commission.v1.Leaderboards.</summary>
internal sealed class LeaderboardsApi(ApiCall api, GatewaySettings settings, TimeProvider time)
{
    public async ValueTask<Leaderboard> Get(LeaderboardRequest request, RpcContext context)
    {
        var read = Boards.ReadOf(request, OwnOf(context));
        read.Fresh = request.After is not null;
        var page = await ReadAsync(Grain(request, context), read, context.CancellationToken);
        return await ShownAsync(page, request, context);
    }

    /// <summary>
    /// Asks the board for another state again and again, each time only when the reader has taken the one before: a
    /// slow reader gets fewer, and never outdated ones.
    /// </summary>
    public async IAsyncEnumerable<LeaderboardUpdate> Watch(
        LeaderboardRequest request,
        RpcContext context,
        [EnumeratorCancellation] CancellationToken cancellation = default)
    {
        if (request.PageToken.Length > 0)
        {
            throw Inputs.Invalid("page_token", "A watch shows the first page.");
        }

        var board = Grain(request, context);
        var read = Boards.ReadOf(request, OwnOf(context));
        read.Fresh = request.After is not null;
        LeaderboardUpdate? last = null;
        while (true)
        {
            var update = await NextAsync(board, read, last, request, context, cancellation);
            last = update.Board is null ? last : update;
            read.Fresh = false;
            yield return update;
        }
    }

    /// <summary>The next state that shows something else, or a heartbeat.</summary>
    private async Task<LeaderboardUpdate> NextAsync(
        IBoardGrain board, BoardRead read, LeaderboardUpdate? last, LeaderboardRequest request, RpcContext context,
        CancellationToken cancellation)
    {
        using var heartbeat = new CancellationTokenSource(settings.Heartbeat, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(heartbeat.Token, cancellation);
        try
        {
            while (true)
            {
                var page = await ReadAsync(board, read, last is null ? cancellation : either.Token);
                read.Known = page.Sequence;
                var shown = await ShownAsync(page, request, context);
                if (last is null || !Boards.IsSame(last.Board, shown))
                {
                    return Boards.ToUpdate(page, shown, last);
                }

                either.Token.ThrowIfCancellationRequested();
            }
        }
        catch (OperationCanceledException) when (last is not null && !cancellation.IsCancellationRequested)
        {
            return new LeaderboardUpdate { Sequence = last.Sequence };
        }
    }

    private static async Task<BoardPage> ReadAsync(IBoardGrain board, BoardRead read, CancellationToken cancellation) =>
        (await board.Read(read.Clone(), cancellation)).ValueOrThrow();

    private async Task<Leaderboard> ShownAsync(BoardPage page, LeaderboardRequest request, RpcContext context)
    {
        var sight = SightOf(context);
        var shown = new Leaderboard
        {
            NextPageToken = Boards.NextOf(page, request),
            Ranked = page.Ranked,
            Unranked = page.Unranked,
            Sequence = page.Sequence,
            Time = Boards.TimeOf(page),
            On = page.On,
        };
        foreach (var line in page.Lines)
        {
            shown.Entries.Add(await EntryAsync(line, request, sight));
        }

        shown.Own = page.Own is { } own ? await EntryAsync(own, request, sight) : null;
        return shown;
    }

    private async ValueTask<BoardEntry> EntryAsync(BoardLine line, LeaderboardRequest request, Sight? sight)
    {
        var isSeen = sight is null || await sight.SeesAsync(line.Rep);
        return Boards.ToEntry(line, request.Measure, isSeen, isSeen || !settings.AnonymousBoards);
    }

    private IBoardGrain Grain(LeaderboardRequest request, RpcContext context)
    {
        var definition = Boards.DefinitionOf(request);
        foreach (var (field, id) in Boards.ScopeOf(request).Where(scope => scope.Id.Length > 0))
        {
            api.KeyOf(context, field, id);
        }

        return api.Board(context, definition);
    }

    /// <summary>Whom the caller sees; null: everyone, where no tokens are asked for.</summary>
    private static Sight? SightOf(RpcContext context) => context.Get<Sight>() is { } sight
        ? sight
        : context.Get<Caller>() is null
            ? null
            : throw new RpcError(RpcStatus.PermissionDenied, "Nothing says whom the caller may see.");

    private static string OwnOf(RpcContext context) => context.Get<Caller>()?.Subject ?? "";
}
