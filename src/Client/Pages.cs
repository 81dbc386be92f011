using System.Collections;
using System.Runtime.CompilerServices;
using Google.Protobuf;
using Google.Protobuf.Reflection;

namespace Commission.Client;

/// <summary>
/// Reads the API's lists to their end: requests have a <c>page_token</c>, replies a <c>next_page_token</c>, as
/// https://google.aip.dev/158 says.
/// </summary>
public static class Pages
{
    /// <summary>Every page from the one asked for; each is fetched when it is asked for.</summary>
    /// <param name="request">The first page's; not changed.</param>
    /// <param name="ask">Fetches a page; what it throws ends the reading.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="ArgumentException">The request or the reply is not of a list in pages.</exception>
    public static async IAsyncEnumerable<TReply> ReadAsync<TRequest, TReply>(
        TRequest request,
        Func<TRequest, CancellationToken, Task<TReply>> ask,
        [EnumeratorCancellation] CancellationToken cancellationToken = default)
        where TRequest : class, IMessage<TRequest>
        where TReply : class, IMessage<TReply>
    {
        ArgumentNullException.ThrowIfNull(ask);
        var token = Field(request, "page_token");
        for (var next = request.Clone(); ;)
        {
            var page = await ask(next, cancellationToken);
            var following = (string)Field(page, "next_page_token").GetValue(page);
            yield return page;
            if (following.Length == 0)
            {
                yield break;
            }

            token.SetValue(next, following);
        }
    }

    /// <summary>
    /// The whole list as one reply: the rows of all pages, which are a reply's first field, and what else the last one
    /// says.
    /// </summary>
    /// <param name="request">The first page's; not changed.</param>
    /// <param name="ask">Fetches a page; what it throws ends the reading.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="ArgumentException">The request or the reply is not of a list in pages.</exception>
    public static async Task<TReply> AllAsync<TRequest, TReply>(
        TRequest request,
        Func<TRequest, CancellationToken, Task<TReply>> ask,
        CancellationToken cancellationToken = default)
        where TRequest : class, IMessage<TRequest>
        where TReply : class, IMessage<TReply>
    {
        var pages = await ReadAsync(request, ask, cancellationToken).ToListAsync(cancellationToken);
        var all = pages[^1];
        var list = all.Descriptor.Fields.InFieldNumberOrder()[0].Accessor;
        var rows = pages.SelectMany(page => ((IEnumerable)list.GetValue(page)).Cast<object>()).ToList();
        list.Clear(all);
        var whole = (IList)list.GetValue(all);
        rows.ForEach(row => whole.Add(row));
        return all;
    }

    private static IFieldAccessor Field(IMessage message, string name) =>
        message.Descriptor.FindFieldByName(name)?.Accessor
        ?? throw new ArgumentException(
            $"{message.Descriptor.FullName} has no {name}: it is no list in pages.", nameof(message));
}
