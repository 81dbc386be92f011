using System.Runtime.CompilerServices;
using Commission.Contracts.V1;

namespace Commission.Client;

/// <summary>Reads lists of credits to their end.</summary>
public static class CreditPages
{
    /// <summary>Every page from the one asked for, all of the same state; each is fetched when it is asked for.
    /// </summary>
    /// <param name="channel">To the silo.</param>
    /// <param name="request">Not changed.</param>
    /// <param name="options">Of each call.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="RpcFailure">As <c>Earnings.ListCredits</c>.</exception>
    public static async IAsyncEnumerable<ListCreditsReply> ReadAsync(
        RpcChannel channel,
        ListCreditsRequest request,
        RpcCallOptions? options = null,
        [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var method = EarningsReflection.Descriptor.Services.Single().FindMethodByName("ListCredits");
        var next = request.Clone();
        do
        {
            var page = await channel.UnaryAsync<ListCreditsRequest, ListCreditsReply>(
                method, next, options, cancellationToken);
            yield return page;
            next.PageToken = page.NextPageToken;
        }
        while (next.PageToken.Length > 0);
    }
}
