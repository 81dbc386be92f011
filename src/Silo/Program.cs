using System.Net.Sockets;
using Commission.Silo.Demo;
using Commission.Silo.Hosting;
using Commission.Storage;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Options;

namespace Commission.Silo;

/// <summary>
/// The silo: <c>Commission.Silo [--Commission:KEY VALUE …]</c> serves; <c>Commission.Silo demo</c> serves a sample
/// company. Exit codes: 0 stopped as asked, 1 could not start.
/// </summary>
internal static class Program
{
    private static async Task<int> Main(string[] args)
    {
        try
        {
            if (args is ["demo", ..])
            {
                return await DemoCommand.RunAsync(args[1..]);
            }

            await using var app = await SiloHost.BuildAsync(args);
            await app.RunAsync();
            return 0;
        }
        catch (Exception failure) when (Bind(failure) is { } cause)
        {
            await Console.Error.WriteLineAsync(
                $"The silo can't start. {failure.Message} Commission:Listen says where it listens (Address, GrpcPort, "
                + $"JsonPort, Tls): {cause.Message}.");
            return 1;
        }
        catch (Exception refused) when (refused is OptionsValidationException or StorageException
            or InvalidOperationException or IOException)
        {
            await Console.Error.WriteLineAsync($"The silo can't start. {refused.Message}");
            return 1;
        }
    }

    /// <summary>Why an address could not be bound, if that is what failed.</summary>
    private static Exception? Bind(Exception failure) => failure switch
    {
        AddressInUseException or SocketException => failure,
        IOException { InnerException: { } inner } => Bind(inner),
        _ => null,
    };
}
