using Commission.Contracts.Grains;
using Commission.Contracts.V1;
using Commission.Grains.Crediting;
using Commission.Storage;

namespace Commission.Grains.Reps;

/// <summary>A tenant's lists, read from the catalog page by page; it keeps nothing.</summary>
public sealed class DirectoryGrain(ICatalog catalog) : Grain, IDirectoryGrain
{
    private const int DefaultPage = 100;
    private const int LargestPage = 1000;

    /// <inheritdoc/>
    public async Task<Answer<ListRepsReply>> ListReps(ListRepsRequest request)
    {
        if (request.PageSize is < 0 or > LargestPage)
        {
            return new Refusal(RefusalReason.InvalidField, "page_size",
                $"{request.PageSize} is not a page size: expected 0 to {LargestPage}.");
        }

        var fields = new Fields();
        if (request.PageToken.Length > 0 && !fields.Slug("page_token", request.PageToken))
        {
            return fields.Refusals;
        }

        var size = request.PageSize == 0 ? DefaultPage : request.PageSize;
        var after = request.PageToken.Length == 0 ? null : request.PageToken;
        var entries = await catalog.ListAsync(
            this.GetPrimaryKeyString(), CatalogKinds.Rep, after, size, CancellationToken.None);
        var reply = new ListRepsReply { NextPageToken = entries.Count == size ? entries[^1].Id : "" };
        reply.Reps.AddRange(entries.Select(entry => Rep.Parser.ParseFrom(entry.Document.Span)));
        return reply;
    }
}
