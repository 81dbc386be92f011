using System.Runtime.CompilerServices;
using Commission.Gateway.Grpc;
using Commission.Gateway.Tests.Proto;

namespace Commission.Gateway.Tests;

/// <summary>The handlers of the test service, and signals that tell tests what they saw.</summary>
public sealed class EchoHandlers
{
    /// <summary>Completed when a handler that waited for the end of its call saw it; says which method.</summary>
    public TaskCompletionSource<string> Cancelled { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Completed when a handler began to wait for the end of its call.</summary>
    public TaskCompletionSource Holding { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Entered once for each stream of messages that has ended, however it did.</summary>
    public SemaphoreSlim Ended { get; } = new(0);

    /// <summary>How many messages of streams the handlers have produced.</summary>
    public int Produced => Volatile.Read(ref _produced);

    private int _produced;

    /// <summary>The table of all methods.</summary>
    public MethodTable Table()
    {
        var echo = EchoReflection.Descriptor.Services[0];
        var table = new MethodTable
        {
            Expected = failure => failure is TimeoutException
                ? new RpcError(RpcStatus.Unavailable, failure.Message)
                : null,
        };
        return table
            .Unary<EchoMessage, EchoMessage>(echo, "Say", Say)
            .Unary<FailRequest, EchoMessage>(echo, "Fail", Fail)
            .ServerStream<CountRequest, EchoMessage>(echo, "Count", (r, c) => Count(r, c))
            .ClientStream<EchoMessage, EchoMessage>(echo, "Sum", Sum)
            .Duplex<EchoMessage, EchoMessage>(echo, "Chat", (r, c) => Chat(r, c))
            .Unary<EchoMessage, EchoMessage>(echo, "Hold", Hold)
            .Complete(echo);
    }

    private static ValueTask<EchoMessage> Say(EchoMessage request, RpcContext context)
    {
        foreach (var (name, value) in context.Headers.Where(h => h.Key.StartsWith("x-", StringComparison.Ordinal)))
        {
            if (name.EndsWith("-bin", StringComparison.Ordinal))
            {
                context.ResponseTrailers.Add("trailer-" + name, context.BinaryHeader(name));
            }
            else
            {
                context.ResponseHeaders.Add("header-" + name, value);
                context.ResponseTrailers.Add("trailer-" + name, value);
            }
        }

        return new(request);
    }

    private static ValueTask<EchoMessage> Fail(FailRequest request, RpcContext context)
    {
        if (request.Crash)
        {
            throw request.Message == "expected"
                ? new TimeoutException("The store is out of reach.")
                : new InvalidOperationException("secret: " + request.Message);
        }

        context.ResponseTrailers.Add("x-failed", "yes");
        var error = request.Details
            ? RpcError.Invalid(request.Message, ("inner.name", "is empty"), ("number", "is négative"))
                .WithReason("DEAL_CLOSED", "commission", ("period", "2026-11"))
                .WithRetryAfter(TimeSpan.FromMilliseconds(1500))
            : new RpcError((RpcStatus)request.Status, request.Message);
        throw error;
    }

    private async IAsyncEnumerable<EchoMessage> Count(
        CountRequest request,
        RpcContext context,
        [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        try
        {
            for (var i = 1; i <= request.Count; i++)
            {
                yield return new EchoMessage { Number = i, Text = new string('x', request.Bytes) };
                Interlocked.Increment(ref _produced);
            }

            if (request.Fail)
            {
                throw new RpcError(RpcStatus.DataLoss, "The rest is lost.");
            }

            if (request.Hold)
            {
                await HoldUntilCancelled(context.Method.Descriptor.Name, cancellationToken);
            }
        }
        finally
        {
            NoteCancelled(context, cancellationToken);
            Ended.Release();
        }
    }

    private static async ValueTask<EchoMessage> Sum(IAsyncEnumerable<EchoMessage> requests, RpcContext context)
    {
        var sum = 0L;
        await foreach (var request in requests)
        {
            sum += request.Number;
        }

        return new EchoMessage { Number = sum };
    }

    private async IAsyncEnumerable<EchoMessage> Chat(
        IAsyncEnumerable<EchoMessage> requests,
        RpcContext context,
        [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        try
        {
            await foreach (var request in requests.WithCancellation(cancellationToken))
            {
                if (request.Text == "stop")
                {
                    yield break;
                }

                yield return request;
            }
        }
        finally
        {
            NoteCancelled(context, cancellationToken);
        }
    }

    private void NoteCancelled(RpcContext context, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            Cancelled.TrySetResult(context.Method.Descriptor.Name);
        }
    }

    private async ValueTask<EchoMessage> Hold(EchoMessage request, RpcContext context)
    {
        await HoldUntilCancelled(context.Method.Descriptor.Name, context.CancellationToken);
        return request;
    }

    private async Task HoldUntilCancelled(string method, CancellationToken cancellationToken)
    {
        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var registration = cancellationToken.Register(() => ended.TrySetResult());
        Holding.TrySetResult();
        await ended.Task;
        Cancelled.TrySetResult(method);
        cancellationToken.ThrowIfCancellationRequested();
    }
}
