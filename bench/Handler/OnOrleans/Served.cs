using Commission.Contracts.V1;
using Commission.Gateway.Grpc;
using Commission.Gateway.Grpc.AspNetCore;
using Google.Protobuf;
using Grpc.AspNetCore.Server.Model;
using Grpc.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace Commission.Handler;

/// <summary>By Grpc.AspNetCore: as the cluster build has it, or <c>plain</c>, with nothing of ours around it.</summary>
internal static class Served
{
    /// <summary>Adds what the protocols take; what it returns maps the table.</summary>
    public static Action<WebApplication> By(WebApplicationBuilder builder, MethodTable table, string[] args)
    {
        if (args is ["plain"])
        {
            builder.Services.AddGrpc();
            builder.Services.AddSingleton<IServiceMethodProvider<PlainService>, PlainMethods>();
            return static app => app.MapGrpcService<PlainService>();
        }

        builder.Services.AddSingleton(table).AddCommissionGrpc();
        return args is []
            ? app => app.MapRpc(table)
            : throw new ArgumentException("Expected no argument, or plain.", nameof(args));
    }
}

/// <summary>Has no methods of its own.</summary>
internal sealed class PlainService;

/// <summary>Tells Grpc.AspNetCore of the method, as code that its tools generate would.</summary>
internal sealed class PlainMethods : IServiceMethodProvider<PlainService>
{
    /// <inheritdoc/>
    public void OnServiceMethodDiscovery(ServiceMethodProviderContext<PlainService> context)
    {
        var method = EarningsReflection.Descriptor.Services[0].FindMethodByName("GetEstimate");
        context.AddUnaryMethod(
            new Method<GetEstimateRequest, Estimate>(
                MethodType.Unary, method.Service.FullName, method.Name,
                MarshallerOf(GetEstimateRequest.Parser), MarshallerOf(Estimate.Parser)),
            [],
            static (_, request, _) => Task.FromResult(Program.Get(request)));
    }

    private static Marshaller<T> MarshallerOf<T>(MessageParser<T> parser)
        where T : class, IMessage<T> => Marshallers.Create(
            static (message, serialization) =>
            {
                serialization.SetPayloadLength(message.CalculateSize());
                message.WriteTo(serialization.GetBufferWriter());
                serialization.Complete();
            },
            serialization => parser.ParseFrom(serialization.PayloadAsReadOnlySequence()));
}
